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
    compressed:
      '# in the backend of the stream: leave text/event-stream out\ncompression type text/html text/css application/json',
    'http-version': 'bind :443 ssl crt cert.pem alpn h2,http/1.1',
  },
}
