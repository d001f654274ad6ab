/**
 * Whether a compressor holds an answer that each connection gets for itself, such as a model's. Two of these begin when
 * they like, so that the clock tells nothing; what is held shows in how many events come together.
 */
import { formatDuration } from '../evidence/duration.js'
import type { Exchange } from '../evidence/exchange.js'

/** Answers told in less time than this come in few pieces anyway. */
const shortestMs = 1000
/** So many times as many events in a piece as without compression, and no fewer than so many. */
const heldTimes = 3
const heldEvents = 3
/** No model thinks so much longer over the same question. */
const longestThoughtMs = 5000

/** How the two compare: `held`, in words; `flows`, in words; or why nothing can be said. */
export type CompressedAnswer = { held: string } | { flows: string } | { unsure: string }

export function compareAnswers(plain: Exchange, encoded: Exchange): CompressedAnswer {
  const [first] = plain.events
  const waited = formatDuration(encoded.end.atMs)
  if (!first) return { unsure: 'no event came uncompressed; use a longer --for' }
  if (encoded.eventCount === 0) {
    const without = `no event in ${waited}, and uncompressed the first after ${formatDuration(first.atMs)}`
    if (encoded.end.atMs - first.atMs >= longestThoughtMs) return { held: without }
    return { unsure: `${without}: it may only have taken longer; run it again` }
  }
  const words = `${encoded.eventCount} events in ${piecesOf(encoded)} pieces, uncompressed ${plain.eventCount} in ${piecesOf(plain)}`
  const inPiece = encoded.eventCount / piecesOf(encoded)
  const isHeld = inPiece >= heldEvents && inPiece >= heldTimes * (plain.eventCount / piecesOf(plain))
  return isHeld && spanOf(plain) >= shortestMs ? { held: words } : { flows: words }
}

function piecesOf({ arrivals }: Exchange): number {
  return Math.max(1, arrivals.filter(({ events }) => events > 0).length)
}

function spanOf({ events }: Exchange): number {
  return (events.at(-1)?.atMs ?? 0) - (events[0]?.atMs ?? 0)
}
