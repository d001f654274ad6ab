/** `h2/connection-header`: HTTP/2 has no `connection` header; Safari, Node and curl drop the stream that carries one. */
import type { StreamEvidence } from '../../evidence/stream.js'
import type { StreamCheck, Verdict } from '../check.js'
import { http2Of } from '../http2-of.js'
import { remedies } from '../remedies/index.js'
import { firstAnswer, firstExchange, isVerdict } from '../watched.js'

const expected = 'no connection header over HTTP/2'

const inTheApp = {
  stack: 'any server',
  snippet: "// leave it out: HTTP/1.1 keeps connections open by itself\n// res.setHeader('Connection', 'keep-alive')",
}
const inNginx = {
  stack: 'nginx',
  snippet: '# leave it out: HTTP/1.1 keeps connections open by itself\n# add_header Connection keep-alive;',
}

export const h2ConnectionHeader: StreamCheck = {
  id: 'h2/connection-header',
  severity: 'warning',
  needs: ['watch', 'http2'],
  judge(stream: StreamEvidence): Verdict {
    // A stream that died of its header is no answer, and yet tells of it.
    const exchange = stream.http2 ? firstExchange(stream) : firstAnswer(stream)
    if (isVerdict(exchange)) return exchange
    const http2 = http2Of(stream, exchange)
    if ('state' in http2) return http2
    const { connectionHeader, resetCode, http1ConnectionHeader } = http2
    const died = resetCode === 'PROTOCOL_ERROR'
    const inFrames = http2.connectionInFrames ?? null
    // Over HTTP/1.1 many servers send one that they leave out over HTTP/2: it counts only where the frames were not seen.
    const byHttp1 = died && inFrames === null && http1ConnectionHeader !== null
    if (connectionHeader === null && inFrames !== true && !byHttp1) {
      if (died) {
        const reason =
          'the stream died with PROTOCOL_ERROR over HTTP/2, of another header or of something else; see the log of the server'
        return { state: 'unknown', reason }
      }
      return { state: 'pass', measured: 'none', expected }
    }
    const value = connectionHeader ?? http1ConnectionHeader ?? 'seen in the frames'
    return {
      state: 'fail',
      measured: `connection: ${value}${died ? '; the stream died with PROTOCOL_ERROR' : ''}`,
      expected,
      why: 'The header means nothing over HTTP/2 and is forbidden there: Safari shows an error and no event.',
      // nginx hands on none of the app's, so that one can only be its own.
      fixes: [remedies.nginx.detect(exchange) ? inNginx : inTheApp],
    }
  },
}
