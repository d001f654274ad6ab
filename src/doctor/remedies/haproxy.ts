/**
 * HAProxy. It names itself nowhere; what tells is the 100 to 200 ms by which it delays small pieces unless it is asked
 * not to gather them.
 */
import { headerOf } from '../watched.js'
import type { Remedy } from './remedy.js'

export const haproxy: Remedy = {
  stack: 'HAProxy',
  detect: (exchange) => /haproxy/i.test(`${headerOf(exchange, 'via') ?? ''} ${headerOf(exchange, 'server') ?? ''}`),
  snippets: {
    delayed: '# in defaults, or in the backend of the stream\noption http-no-delay',
    cut: '# in the backend of the stream; timeout tunnel does not apply to it\ntimeout server 1h',
    // HAProxy itself flushes what it compresses; the app behind it may not, and is not asked to compress.
    compressed: '# in the backend of the stream\nhttp-request del-header accept-encoding',
    cacheable: '# in the backend of the stream\nhttp-response set-header cache-control "no-cache, no-transform"',
    'http-version': 'bind :443 ssl crt cert.pem alpn h2,http/1.1',
  },
}
