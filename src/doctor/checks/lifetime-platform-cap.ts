/** `lifetime/platform-cap`: every stream dies at the same age, however busy it is: the platform allows no more. */
import { formatDuration } from '../../evidence/duration.js'
import type { Exchange } from '../../evidence/exchange.js'
import type { StreamEvidence } from '../../evidence/stream.js'
import type { StreamCheck, Verdict } from '../check.js'
import { matchTimeout } from '../timeouts.js'
import { isVerdict, lastingStream } from '../watched.js'

const expected = 'streams that live as long as their page'
/** How far ages may lie apart and still be equal. */
const tolerance = 0.1
/** A clean end at less than this age is a handler that had said what it had to say. */
const shortestCleanMs = 9000

export const lifetimePlatformCap: StreamCheck = {
  id: 'lifetime/platform-cap',
  severity: 'warning',
  needs: ['watch'],
  judge(stream: StreamEvidence): Verdict {
    const first = lastingStream(stream)
    if (isVerdict(first)) return first
    const closed = (stream.watch ?? []).filter(({ end }) => end.how === 'closed' || end.how === 'cut')
    const [one, other] = closed
    if (!one) return { state: 'pass', measured: `open for ${formatDuration(first.end.atMs)}, until we left`, expected }
    if (!other) {
      const platform = matchTimeout(one, 'age', one.end.atMs)
      const reason = `closed once, at an age of ${formatDuration(one.end.atMs)}${platform ? `, as ${platform.hop} do` : ''}`
      const longer = Math.ceil((one.end.atMs * 3) / 1000)
      return { state: 'unknown', reason: `${reason}; use --for ${longer}s to see whether that is a rule` }
    }
    const measured = `closed at an age of ${closed.map(({ end }) => formatDuration(end.atMs)).join(', ')}`
    if (closed.every(wasQuiet)) return { state: 'skip', reason: `${measured}, always in silence: see idle/cut` }
    if (!equalAges(closed) || !closed.every(isCap))
      return { state: 'pass', measured: `${measured}, not by a clock`, expected }
    return {
      state: 'fail',
      measured,
      expected,
      why: 'Clients reconnect each time, and what was sent meanwhile is lost unless the server resumes.',
      fixes: [
        {
          stack: 'platform',
          snippet:
            'Raise the limit of the platform (Vercel: export const maxDuration = 300), or run the stream where nothing caps it.\nUntil then: ids, a history and Last-Event-ID, so that nothing is lost.',
        },
      ],
    }
  },
}

function equalAges(closed: Exchange[]): boolean {
  const ages = closed.map(({ end }) => end.atMs)
  return Math.max(...ages) - Math.min(...ages) <= Math.max(...ages) * tolerance
}

function isCap({ end }: Exchange): boolean {
  return end.how === 'cut' || end.atMs >= shortestCleanMs
}

/** Silent for longer at its end than ever before: it was the silence that ended it. */
function wasQuiet({ end, silence }: Exchange): boolean {
  return (end.silenceMs ?? end.atMs) >= 1000 && (silence === null || (end.silenceMs ?? 0) >= silence.ms)
}
