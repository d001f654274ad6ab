/**
 * Events without the blank line that ends them. A browser dispatches an event when it meets that line and not before, so
 * such events never come, or each comes with the next (HTML standard, section 9.2.6 “Interpreting an event stream”).
 */
import { formatDuration } from '../evidence/duration.js'
import type { Arrival, Exchange } from '../evidence/exchange.js'

/** Pieces that have to end inside an event, and the time that they span: a large event comes in pieces as well. */
const leastPieces = 3
const leastSpanMs = 500
/** More bytes than these without an end may be one large event on a slow way. */
const mostBytes = 64 * 1024
/** Pieces as large as these, with several events in each, are those of a buffer: see delivery/buffered. */
const bufferBytes = 1024
const bufferEvents = 2

/** What was measured where events are not ended; undefined where they are, or where too little came to tell. */
export function unendedWords(exchange: Exchange): string | undefined {
  const { arrivals, eventCount, problems } = exchange
  const pieces = arrivals.slice(arrivals.findIndex(({ cuts }) => cuts))
  if (pieces.length < leastPieces || !pieces.every(({ cuts }) => cuts)) return
  const [bytes, spanMs] = [bytesOf(pieces), (pieces.at(-1)?.atMs ?? 0) - (pieces[0]?.atMs ?? 0)]
  if (spanMs < leastSpanMs || bytes > mostBytes) return
  if (eventCount === 0) {
    const came = `${bytes} bytes in ${pieces.length} pieces over ${formatDuration(spanMs)}, and no blank line among them`
    const isEscaped = problems.some(({ kind }) => kind === 'escaped-break')
    return isEscaped ? `${came}: the line breaks are written as a backslash and an n` : `${came}: no event has an end`
  }
  const later = pieces.slice(1)
  const isBuffer = bytesOf(later) >= bufferBytes * later.length && later.every(({ events }) => events >= bufferEvents)
  const isLate = later.every(({ events }) => events > 0)
  return isLate && !isBuffer
    ? `all of ${pieces.length} pieces stop inside an event, which ends only with the next`
    : undefined
}

function bytesOf(pieces: readonly Arrival[]): number {
  return pieces.reduce((sum, { bytes }) => sum + bytes, 0)
}
