/** `idle/cut`: something did close the stream because it was quiet. */
import { formatDuration } from '../../evidence/duration.js'
import type { Exchange } from '../../evidence/exchange.js'
import type { StreamEvidence } from '../../evidence/stream.js'
import type { StreamCheck, Verdict } from '../check.js'
import { fixesFor, remedies } from '../remedies/index.js'
import { matchTimeout, type Timeout, timeoutToleranceMs } from '../timeouts.js'
import { firstStream, headerOf, isVerdict } from '../watched.js'

const expected = 'a stream that stays open while it is quiet'
const why = 'Each time clients have to reconnect, and what was sent meanwhile may be lost.'
/** Closes after less silence than this have another reason. */
const shortestSilenceMs = 1000

export const idleCut: StreamCheck = {
  id: 'idle/cut',
  severity: 'error',
  needs: ['watch'],
  judge(stream: StreamEvidence): Verdict {
    const first = firstStream(stream)
    if (isVerdict(first)) return first
    const all = stream.watch ?? []
    if (all.some(({ end }) => end.done)) return { state: 'skip', reason: 'this stream ends by design' }
    const quiet = all.filter(closedInSilence)
    const [one] = quiet
    if (!one) {
      const closes = all.filter(({ end }) => end.how === 'closed' || end.how === 'cut').length
      const measured = closes === 0 ? `open for ${formatDuration(first.end.atMs)}` : 'closed, but never while quiet'
      return { state: 'pass', measured, expected }
    }
    const silence = silenceOf(one)
    const hop = matchTimeout(one, 'silence', silence)
    const again = twoAlike(quiet.map(silenceOf))
    if ((hop && !endedByTheApp(one, hop)) || again) {
      const told = hop?.hop === 'Bun.serve' ? [remedies.bun] : []
      const name = hop ? `; that is the time-out of ${hop.hop}` : ''
      // Who sets the pace, and ends the response as one is ended, may mean to be polled.
      const isMeant = !hop && quiet.every((exchange) => isSaid(exchange) && exchange.retries.length > 0)
      return {
        state: 'fail',
        ...(isMeant && { severity: 'warning' as const }),
        measured: `closed after ${formatDuration(silence)} of silence${again ? `, ${quiet.length} times` : ''}${name}`,
        expected,
        why,
        fixes: fixesFor('cut', one, told).map((fix) => ({ ...fix, snippet: inTime(fix.snippet, silence) })),
      }
    }
    return {
      state: 'unknown',
      reason: `closed once after ${formatDuration(silence)} of silence; a longer --for shows whether it comes again`,
    }
  },
}

function closedInSilence({ end, status }: Exchange): boolean {
  return (
    status === 200 && (end.how === 'closed' || end.how === 'cut') && (end.silenceMs ?? end.atMs) >= shortestSilenceMs
  )
}

/** An end that was said, not just a connection that is gone, is no act of a hop, unless that hop is known to be there. */
function endedByTheApp(exchange: Exchange, { tells }: Timeout): boolean {
  return isSaid(exchange) && !tells?.(exchange)
}

function isSaid(exchange: Exchange): boolean {
  const isFramed = exchange.http === '2' || /\bchunked\b/i.test(headerOf(exchange, 'transfer-encoding') ?? '')
  return exchange.end.how === 'closed' && isFramed
}

function twoAlike(silences: number[]): boolean {
  const sorted = silences.toSorted((one, other) => one - other)
  return sorted.some((ms, index) => index > 0 && ms - (sorted[index - 1] ?? 0) <= timeoutToleranceMs)
}

/** A heartbeat every 15 s is none where less than that is the end. */
function inTime(snippet: string, silenceMs: number): string {
  if (silenceMs > 16_000) return snippet
  const everyMs = Math.max(500, Math.floor(silenceMs / 1000) * 500)
  return snippet.replace('15_000', String(everyMs)).replace('every 15 s', `every ${formatDuration(everyMs)}`)
}

function silenceOf({ end }: Exchange): number {
  return end.silenceMs ?? end.atMs
}
