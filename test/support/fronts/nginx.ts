import path from 'node:path'
import { type Front, startFront } from './front.js'

/**
 * nginx in front of `origin`; `location` is what a user would paste into the location block. As it comes it holds even
 * the headers back; with `gzip` it compresses and flushes each event.
 */
export function startNginx(origin: string, { location = '', http = '', listen = '' } = {}): Promise<Front> {
  return startFront({
    program: 'nginx',
    configure: ({ port, folder }) => ({
      name: 'nginx.conf',
      text: `daemon off; master_process off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  ${http}
  server { listen 127.0.0.1:${port} ${listen}; location / { proxy_pass ${origin}; ${location} } }
}
`,
    }),
    args: ({ folder, config }) => ['-p', folder, '-e', path.join(folder, 'error.log'), '-c', config],
  })
}
