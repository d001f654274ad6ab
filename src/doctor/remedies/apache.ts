/**
 * Apache httpd. Its HTTP proxy passes each event on, and mod_deflate flushes each; its FastCGI proxy holds all until it is
 * told to flush.
 */
import { headerOf } from '../watched.js'
import type { Remedy } from './remedy.js'

const flush = [
  '# PHP-FPM and other FastCGI; the proxy for HTTP flushes by itself',
  'ProxyPass /events fcgi://127.0.0.1:9000/ \\',
  '  flushpackets=on timeout=3600',
].join('\n')

export const apache: Remedy = {
  stack: 'Apache',
  detect: (exchange) => /^apache\b/i.test(headerOf(exchange, 'server') ?? ''),
  snippets: {
    buffered: flush,
    'late-headers': flush,
    // The app behind it may compress without flushing, and is not asked to.
    compressed: '<LocationMatch "^/events">\n  RequestHeader unset Accept-Encoding\n</LocationMatch>',
    cacheable: '<LocationMatch "^/events">\n  Header set Cache-Control "no-cache, no-transform"\n</LocationMatch>',
    cut: 'ProxyPass /events http://127.0.0.1:3000/events \\\n  flushpackets=on timeout=3600',
    'http-version': 'Protocols h2 http/1.1   # with mod_http2 and TLS',
  },
}
