/** `retry/missing`: nobody told the browser how long to wait before it comes back. */
import type { StreamEvidence } from '../../evidence/stream.js'
import type { StreamCheck, Verdict } from '../check.js'
import { fixesFor } from '../remedies/index.js'
import { isVerdict, lastingStream } from '../watched.js'

const expected = 'a retry: field at the start of the stream'

export const retryMissing: StreamCheck = {
  id: 'retry/missing',
  severity: 'warning',
  needs: ['watch'],
  judge(stream: StreamEvidence): Verdict {
    const exchange = lastingStream(stream)
    if (isVerdict(exchange)) return exchange
    const { retries, eventCount, commentCount } = exchange
    const first = retries[0]
    if (first) return { state: 'pass', measured: `retry: ${first.retryMs}`, expected }
    if (eventCount + commentCount === 0) {
      return { state: 'unknown', reason: 'nothing came that could have carried it; use a longer --for' }
    }
    return {
      state: 'fail',
      measured: 'no retry: field; Chrome waits 3 s, Firefox 5 s',
      expected,
      why: 'After a restart of the server all clients of one browser come back in the same moment.',
      fixes: fixesFor('retry', exchange),
    }
  },
}
