/** `retry/extreme`: clients come back so soon that they hammer, or so late that users notice. */
import { formatDuration } from '../../evidence/duration.js'
import type { StreamEvidence } from '../../evidence/stream.js'
import type { StreamCheck, Verdict } from '../check.js'
import { fixesFor } from '../remedies/index.js'
import { isUnread, isVerdict, lastingStream, unread } from '../watched.js'

const leastMs = 500
const mostMs = 60_000
const expected = `between ${formatDuration(leastMs)} and ${formatDuration(mostMs)}`

export const retryExtreme: StreamCheck = {
  id: 'retry/extreme',
  severity: 'warning',
  needs: ['watch'],
  judge(stream: StreamEvidence): Verdict {
    const exchange = lastingStream(stream)
    if (isVerdict(exchange)) return exchange
    const times = exchange.retries.map(({ retryMs }) => retryMs)
    if (times.length === 0) {
      if (exchange.eventCount === 0 && isUnread(exchange)) return unread(exchange)
      return exchange.eventCount + exchange.commentCount === 0
        ? { state: 'unknown', reason: 'nothing came that could have carried a retry: field; use a longer --for' }
        : { state: 'skip', reason: 'no retry: field: see retry/missing' }
    }
    const extreme = times.find((ms) => ms < leastMs || ms > mostMs)
    if (extreme === undefined) return { state: 'pass', measured: `retry: ${times[0]}`, expected }
    return {
      state: 'fail',
      measured: `retry: ${extreme}`,
      expected,
      why:
        extreme < leastMs
          ? 'While the server is down every client knocks several times a second, and keeps it from coming up.'
          : 'After a short break users sit before a page that stands still for minutes.',
      fixes: fixesFor('retry', exchange),
    }
  },
}
