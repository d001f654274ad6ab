/** Apache httpd as a reverse proxy: mod_proxy gathers, and mod_deflate gathers more. */
import { headerOf } from '../watched.js'
import type { Remedy } from './remedy.js'

export const apache: Remedy = {
  stack: 'Apache',
  detect: (exchange) => /^apache\b/i.test(headerOf(exchange, 'server') ?? ''),
  snippets: {
    buffered:
      'ProxyPass /events http://127.0.0.1:3000/events \\\n  flushpackets=on timeout=3600\nSetEnvIf Request_URI "^/events" no-gzip=1',
    'late-headers': 'ProxyPass /events http://127.0.0.1:3000/events \\\n  flushpackets=on timeout=3600',
    compressed: '# no mod_deflate on the stream\nSetEnvIf Request_URI "^/events" no-gzip=1',
    cut: 'ProxyPass /events http://127.0.0.1:3000/events \\\n  flushpackets=on timeout=3600',
    'http-version': 'Protocols h2 http/1.1   # with mod_http2 and TLS',
  },
}
