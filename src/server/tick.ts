/**
 * One write per connection and tick: whoever has something to write asks for a flush, and all are flushed together once
 * the running turn of the event loop has done its work.
 */
import { Batch } from './batch.js'

/** Something with pending frames. */
export interface Flushable {
  /** `nowMs` is the time by `performance.now()`, asked for once for all. */
  flush(nowMs: number): void
}

let waiting: Flushable[] = []
let unhurried: Flushable[] = []
let root = new Batch()

/** The empty batch that pending frames of this tick grow from; a new one each tick, so that no tick's bytes outlive it. */
export function emptyBatch(): Batch {
  return root
}

/** Flushes `flushable` at the end of this turn of the event loop. Ask once per tick. */
export function flushSoon(flushable: Flushable): void {
  if (waiting.push(flushable) === 1) setImmediate(flushAll)
}

/**
 * Flushes `flushable` within some milliseconds, for what nobody waits for. When clients come one by one, a turn of its own
 * for each would cost as much as all else that is done for it.
 */
export function flushLater(flushable: Flushable): void {
  if (unhurried.push(flushable) === 1) setTimeout(flushUnhurried, 1)
}

function flushAll(): void {
  const flushables = waiting
  waiting = []
  root = new Batch()
  const nowMs = performance.now()
  for (const flushable of flushables) flush(flushable, nowMs)
}

function flushUnhurried(): void {
  const flushables = unhurried
  unhurried = []
  const nowMs = performance.now()
  for (const flushable of flushables) flush(flushable, nowMs)
}

function flush(flushable: Flushable, nowMs: number): void {
  try {
    flushable.flush(nowMs)
  } catch (error) {
    // A listener of one session that throws is reported as uncaught, and the others get their events all the same.
    queueMicrotask(() => {
      throw error
    })
  }
}
