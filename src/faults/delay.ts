/** Holds a response back and lets it go later, in order. What latency, jitter, bandwidth, slicing and stalls share. */
import type { FaultContext } from './context.js'
import { passTo, type Sink } from './sink.js'

/** A sink that passes bytes and ends on at the moment that `dueAt` names, never out of order. */
export function delayTo(next: Sink, context: FaultContext, dueAt: (bytes: number, now: number) => number): Sink {
  const queue: { due: number; bytes: number; pass(): void }[] = []
  let isWaiting = false

  function wait(): void {
    const [first] = queue
    if (isWaiting || !first) return
    isWaiting = true
    context.after(Math.max(0, first.due - context.now()), () => {
      isWaiting = false
      const now = context.now()
      // Timers may fire a fraction of a millisecond early; what is due within one goes now.
      while (queue[0] && queue[0].due <= now + 1) {
        const item = queue.shift()
        context.hold(-(item?.bytes ?? 0))
        item?.pass()
      }
      wait()
    })
  }

  function add(bytes: number, pass: () => void): void {
    const due = Math.max(queue.at(-1)?.due ?? 0, dueAt(bytes, context.now()))
    context.hold(bytes)
    queue.push({ due, bytes, pass })
    wait()
  }

  return passTo(next, {
    write: (bytes) => add(bytes.length, () => next.write(bytes)),
    end: () => add(0, () => next.end()),
    cut: () => add(0, () => next.cut()),
    reset: () => next.reset(), // a reset overtakes what is on its way
  })
}

/** Bytes in pieces of at most `size`. */
export function* slices(bytes: Buffer, size: number): Generator<Buffer> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size)
}
