/** `idle/no-heartbeat`: the stream is silent for so long that a hop on the way will take it for dead. */
import { formatDuration } from '../../evidence/duration.js'
import type { StreamEvidence } from '../../evidence/stream.js'
import type { StreamCheck, Verdict } from '../check.js'
import { fixesFor } from '../remedies/index.js'
import { hopsOf } from '../timeouts.js'
import { firstStream, isVerdict } from '../watched.js'

/** Half the shortest of the common time-outs: silence as long as this is cut somewhere. */
const longestSilenceMs = 30_000
/** How much of the time-out of a hop that is really there may pass in silence. */
const shareOfTimeout = 0.5
/** The heartbeat that is advised, with what a busy machine makes of it: no hop that lets this be is too short for it. */
const advisedMs = 15_900

export const idleNoHeartbeat: StreamCheck = {
  id: 'idle/no-heartbeat',
  severity: 'error',
  needs: ['watch'],
  judge(stream: StreamEvidence): Verdict {
    const exchange = firstStream(stream)
    if (isVerdict(exchange)) return exchange
    if (exchange.end.done) return { state: 'skip', reason: 'this stream ends by design' }
    const { silence, commentCount } = exchange
    const hops = hopsOf(exchange).filter(({ after }) => after === 'silence')
    const shortest = hops.sort((one, other) => one.ms - other.ms)[0]
    const expected = 'a byte at least every 15 s'
    const ms = silence?.ms ?? 0
    const named = shortest && ms >= Math.max(advisedMs, shortest.ms * shareOfTimeout)
    if (named || ms >= longestSilenceMs) {
      const cutters = shortest
        ? `${shortest.hop} cuts at ${formatDuration(shortest.ms)}`
        : 'common hops cut at 55 to 60 s'
      return {
        state: 'fail',
        ...(!named && { severity: 'warning' as const }),
        measured: `no byte for ${formatDuration(ms)}; ${cutters}`,
        expected,
        why: 'A proxy takes silence for death and closes. Each time clients reconnect, and what was sent meanwhile may be lost.',
        fixes: fixesFor('no-heartbeat', exchange),
      }
    }
    // Silence that ended is known to be short; silence that we left may be of any length.
    if (silence?.open && ms >= stream.conditions.watchMs * 0.75) {
      return {
        state: 'unknown',
        reason: `no byte for ${formatDuration(ms)}, until the end of the watch; use --for 45s`,
      }
    }
    const beats = commentCount > 0 ? `, ${commentCount} heartbeats` : ''
    return { state: 'pass', measured: `never silent for longer than ${formatDuration(ms)}${beats}`, expected }
  },
}
