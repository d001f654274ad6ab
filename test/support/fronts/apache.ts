import { type Front, startFront } from './front.js'

/**
 * Apache in front of `origin`; `parameters` go to ProxyPass, `site` beside it. Version 2.4.71 passes each event on at
 * once, with and without flushpackets, and mod_deflate flushes each too.
 */
export function startApache(origin: string, { parameters = '', site = '' } = {}): Promise<Front> {
  const proxying = ['proxy', 'proxy_http', 'proxy_fcgi']
  const modules = ['mpm_event', 'authz_core', ...proxying, 'headers', 'filter', 'deflate', 'env', 'setenvif']
  return startFront({
    program: 'apache2',
    configure: ({ port, folder }) => ({
      name: 'apache.conf',
      text: `ServerRoot ${folder}
ServerName localhost
PidFile ${folder}/apache.pid
ErrorLog ${folder}/error.log
DefaultRuntimeDir ${folder}
Listen 127.0.0.1:${port}
${modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
${site}
ProxyPass / ${origin}/ ${parameters}
`,
    }),
    // One process, which can be killed: asked to stop, Apache waits for its streams.
    args: ({ config }) => ['-X', '-f', config],
    signal: 'SIGKILL',
  })
}
