/** nginx as a reverse proxy. Its defaults hold events back, speak HTTP/1.0 to the app and cut after a quiet minute. */
import { headerOf } from '../watched.js'
import type { Remedy } from './remedy.js'

const location = [
  '# in the location of the stream',
  'proxy_buffering off;',
  'proxy_http_version 1.1;',
  "proxy_set_header Connection '';",
  'proxy_read_timeout 1h;',
].join('\n')

const fromTheApp = '# or from the app, on this response only\nX-Accel-Buffering: no'

export const nginx: Remedy = {
  stack: 'nginx',
  detect: (exchange) => /^(nginx|openresty)/i.test(headerOf(exchange, 'server') ?? ''),
  snippets: {
    buffered: `${location}\n${fromTheApp}`,
    'late-headers': `${location}\n${fromTheApp}`,
    cut: location,
    'abort-not-forwarded': '# in the location of the stream\nproxy_ignore_client_abort off;',
    // nginx itself flushes what it compresses; the app behind it may not, and is not asked to compress.
    compressed: "# in the location of the stream\nproxy_set_header Accept-Encoding '';\nproxy_buffering off;",
    cacheable:
      '# in the location of the stream\nproxy_cache off;\nproxy_hide_header Cache-Control;\nadd_header Cache-Control "no-cache, no-transform";',
    'http-version': 'listen 443 ssl http2;  # from 1.25.1 on: listen 443 ssl; http2 on;',
  },
}
