/** The faults of one response in a row: what goes in at one end comes out at the other, late, changed, or not at all. */
import type { Clock, FaultContext } from './context.js'
import { fromPlace } from './from-place.js'
import type { Fault } from './grammar.js'
import { passTo, type Sink } from './sink.js'

/** The row of faults of one response. */
export interface FaultedStream {
  /** Where the response goes in. */
  sink: Sink
  /** Bytes held back; a sender that can wait does while this is large. */
  readonly held: number
  /** The response is over: no timer is left. */
  close(): void
}

/** Puts faults in a row before `last`, the first of them at the end of it. `onRelief` is called when less is held than before. */
export function rowOf(
  faults: readonly Fault[],
  last: Sink,
  clock: Clock,
  random: () => number,
  onRelief: () => void,
): FaultedStream {
  const timers = new Set<() => void>()
  let held = 0
  let isOver = false

  function over(): void {
    isOver = true
    for (const cancel of timers) cancel()
    timers.clear()
  }

  const base: Omit<FaultContext, 'events'> = {
    now: () => clock.now(),
    random,
    hold(bytes) {
      held += bytes
      if (bytes < 0 && !isOver) onRelief()
    },
    after(ms, callback) {
      if (isOver) return () => {}
      const cancel = clock.setTimer(() => {
        timers.delete(cancel)
        callback()
      }, ms)
      timers.add(cancel)
      return () => {
        timers.delete(cancel)
        cancel()
      }
    },
  }

  // After the first end nothing more reaches the last sink, whatever order the faults act in.
  const gate = (pass: () => void): void => {
    if (!isOver) pass()
  }
  const finish = (pass: () => void): void => {
    if (isOver) return
    over()
    pass()
  }
  let sink: Sink = {
    head: (head) => gate(() => last.head(head)),
    write: (bytes) => gate(() => last.write(bytes)),
    end: () => finish(() => last.end()),
    cut: () => finish(() => last.cut()),
    reset: () => finish(() => last.reset()),
  }
  for (const fault of faults) sink = standIn(fault, sink, { ...base, events: fault.where.events })
  return {
    sink,
    get held() {
      return held
    },
    close: over,
  }
}

/** Puts one fault before `next`, from the place on that was named. */
function standIn({ configured, definition, where }: Fault, next: Sink, context: FaultContext): Sink {
  const { stream } = configured
  if (!stream) return next
  const [event] = where.events
  const place = {
    byte: where.byte,
    ms: where.ms,
    eventsPassed:
      definition.event === 'each' || event === undefined ? undefined : definition.event === 'after' ? event : event - 1,
  }
  const isFromHead = place.byte === undefined && place.ms === undefined && place.eventsPassed === undefined
  if (!isFromHead) return fromPlace(next, context, place, (from) => stream(from, context))
  // A fault that ends the stream at once must let the head pass first.
  let acting: Sink | undefined
  const heads: Sink = passTo(next, {
    head(head) {
      let passed = false
      const guarded = passTo(next, {
        head(changed) {
          passed = true
          next.head(changed)
        },
        end() {
          if (!passed) next.head(head)
          passed = true
          next.end()
        },
        reset() {
          if (!passed) next.head(head)
          passed = true
          next.reset()
        },
      })
      acting = stream(guarded, context)
      acting.head(head)
    },
    write: (bytes) => (acting ?? next).write(bytes),
    end: () => (acting ?? next).end(),
    cut: () => (acting ?? next).cut(),
    reset: () => (acting ?? next).reset(),
  })
  return heads
}
