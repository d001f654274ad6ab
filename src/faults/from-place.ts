/** Lets a stream pass untouched until the place that the user named, and has the fault act from there on. */
import { createBlockScanner } from './block-scanner.js'
import type { FaultContext } from './context.js'
import { passTo, type Sink } from './sink.js'

/** The place within a response from which on a fault acts; the first one reached counts. */
export interface Place {
  byte?: number | undefined
  ms?: number | undefined
  /** Behind so many events. */
  eventsPassed?: number | undefined
}

/** A sink that is `next` up to the place and what `act` makes of it from there on. */
export function fromPlace(next: Sink, context: FaultContext, place: Place, act: (next: Sink) => Sink): Sink {
  const scanner = createBlockScanner()
  let acting: Sink | undefined
  let bytes = 0
  let events = 0
  const begin = (): Sink => {
    acting ??= act(next)
    return acting
  }

  function isAtPlace(): boolean {
    return (
      (place.byte !== undefined && bytes >= place.byte) ||
      (place.eventsPassed !== undefined && events >= place.eventsPassed)
    )
  }

  /** How much of the chunk passes before the place. */
  function untilPlace(chunk: Buffer): number {
    let until = place.byte === undefined ? chunk.length : Math.min(chunk.length, place.byte - bytes)
    if (place.eventsPassed === undefined) return until
    for (const { offset, isEvent } of scanner.feed(chunk)) {
      if (offset > until) break
      if (!isEvent || ++events < place.eventsPassed) continue
      until = offset
      break
    }
    return until
  }

  return passTo(next, {
    head(head) {
      next.head(head)
      if (place.ms !== undefined) context.after(place.ms, begin)
      if (isAtPlace()) begin()
    },
    write(chunk) {
      if (acting) return acting.write(chunk)
      const until = untilPlace(chunk)
      bytes += until
      if (until > 0) next.write(chunk.subarray(0, until))
      if (!isAtPlace()) return
      const rest = chunk.subarray(until)
      const sink = begin()
      if (rest.length > 0) sink.write(rest)
    },
    end: () => (acting ?? next).end(),
    cut: () => (acting ?? next).cut(),
    reset: () => (acting ?? next).reset(),
  })
}
