/** What most checks of a stream ask first: was there a stream to look at, and what kind of life does it lead? */
import { formatDuration } from '../evidence/duration.js'
import type { Exchange } from '../evidence/exchange.js'
import type { StreamEvidence } from '../evidence/stream.js'
import { eventStreamMediaType } from '../sse/encode.js'
import { mediaTypeOf } from '../sse/media-type.js'
import type { Verdict } from './check.js'
import { unendedWords } from './unended.js'

/** The verdict for a check whose look at the stream is missing. */
export const notLookedAt: Verdict = {
  state: 'unknown',
  reason: 'the run ended before this was measured; let it run to its end',
}

/** The first connection, whatever it brought; or the verdict of a check that needs one. */
export function firstExchange({ watch }: StreamEvidence): Exchange | Verdict {
  return watch?.[0] ?? notLookedAt
}

/** The first connection where it answered; or the verdict of a check that needs an answer. */
export function firstAnswer(stream: StreamEvidence): Exchange | Verdict {
  const exchange = firstExchange(stream)
  if (isVerdict(exchange) || exchange.status !== null) return exchange
  return { state: 'skip', reason: 'no answer came: see connection/unreachable' }
}

/** The first connection where it brought an event stream; or the verdict of a check that needs one. */
export function firstStream(stream: StreamEvidence): Exchange | Verdict {
  const exchange = firstAnswer(stream)
  if (isVerdict(exchange)) return exchange
  if (exchange.status !== 200) {
    return { state: 'skip', reason: `the answer was ${exchange.status}: see response/status` }
  }
  if (mediaTypeOf(headerOf(exchange, 'content-type')) !== eventStreamMediaType) {
    return { state: 'skip', reason: 'the answer is no event stream: see response/content-type' }
  }
  return exchange
}

/** The same, of a stream that a browser's EventSource would come back to. */
export function lastingStream(stream: StreamEvidence): Exchange | Verdict {
  const { method } = stream.conditions
  if (method !== 'GET') return { state: 'skip', reason: `EventSource never repeats a ${method}` }
  const exchange = firstStream(stream)
  if (!isVerdict(exchange) && endsByDesign(stream)) {
    return { state: 'skip', reason: 'this stream ends by design, and nobody comes back to it' }
  }
  return exchange
}

/** Whether the end of the response is the end of the matter, as with an answer told word by word. */
export function endsByDesign({ conditions, watch = [] }: StreamEvidence): boolean {
  return conditions.profile !== 'web' || watch.some(({ end }) => end.done)
}

export function isVerdict(one: Exchange | Verdict): one is Verdict {
  return 'state' in one
}

/** The value of a header; several of one name joined by commas. */
export function headerOf({ headers }: Pick<Exchange, 'headers'>, name: string): string | null {
  const values = headers.filter(([key]) => key === name).map(([, value]) => value)
  return values.length > 0 ? values.join(', ') : null
}

/** Whether bytes came that no browser makes anything of. */
export function isUnread(exchange: Exchange): boolean {
  return exchange.bytes > 0 && (exchange.problems.length > 0 || unendedWords(exchange) !== undefined)
}

/** What to say where no event came while we watched: there were none, or none that a browser would make out. */
export function noEvents({ conditions, watch = [] }: StreamEvidence, none = 'no event'): Verdict {
  const bytes = watch.reduce((sum, one) => sum + one.bytes, 0)
  const comments = watch.reduce((sum, one) => sum + one.commentCount, 0)
  if (bytes > 0 && comments === 0 && watch.some(isUnread)) {
    return { state: 'unknown', reason: `${bytes} bytes came, and no event in them: see format/framing` }
  }
  const longer = Math.ceil((conditions.watchMs * 3) / 1000)
  return {
    state: 'unknown',
    reason: `${none} came within ${formatDuration(conditions.watchMs)}; use --for ${longer}s`,
  }
}
