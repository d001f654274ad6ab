/** `h2/stream-limit`: HTTP/2 is no licence for any number of streams; the server says how many it takes. */
import type { StreamEvidence } from '../../evidence/stream.js'
import type { StreamCheck, Verdict } from '../check.js'
import { http2Of } from '../http2-of.js'
import { firstAnswer, isVerdict } from '../watched.js'

/** What Chromium takes as the limit where the server names none. */
const withoutSetting = 100
/** Requests of a page besides its streams, all on the same connection. */
const otherRequests = 6

export const h2StreamLimit: StreamCheck = {
  id: 'h2/stream-limit',
  severity: 'warning',
  needs: ['watch', 'http2'],
  judge(stream: StreamEvidence): Verdict {
    const exchange = firstAnswer(stream)
    if (isVerdict(exchange)) return exchange
    const http2 = http2Of(stream, exchange)
    if ('state' in http2) return http2
    const { tabs } = stream.conditions
    const needed = tabs + otherRequests
    const limit = http2.maxConcurrentStreams ?? withoutSetting
    const measured =
      http2.maxConcurrentStreams === null
        ? `no limit named; browsers take ${withoutSetting}`
        : `${limit} streams to a connection`
    const expected = `${needed} or more: ${tabs} tabs with one stream each, and the page’s other requests`
    const figures = { limit: needed, actual: limit, limitIs: 'least' as const }
    if (limit >= needed) return { state: 'pass', measured, expected, ...figures }
    return {
      state: 'fail',
      measured,
      expected,
      why: 'Beyond that number requests wait in the browser as they do over HTTP/1.1, without an error.',
      fixes: [
        {
          stack: 'any server',
          snippet:
            'nginx: http2_max_concurrent_streams 128;   Node: createSecureServer({ settings: { maxConcurrentStreams: 256 } })\n// or one stream for all tabs: sse-coord/coordinator',
        },
      ],
      ...figures,
    }
  },
}
