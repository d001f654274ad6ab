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

/** How long what nobody waits for may take. */
const unhurriedMs = 5

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
  if (unhurried.push(flushable) === 1) setTimeout(flushUnhurried, unhurriedMs)
}

function flushAll(): void {
  const flushables = waiting
  waiting = []
  root = new Batch()
  const nowMs = performance.now()
  for (const flushable of flushables) flushNow(flushable, nowMs)
}

function flushUnhurried(): void {
  const flushables = unhurried
  unhurried = []
  const nowMs = performance.now()
  for (const flushable of flushables) flushNow(flushable, nowMs)
}

/** Flushes `flushable`. What a listener throws is reported as uncaught, and harms nobody else. */
export function flushNow(flushable: Flushable, nowMs: number): void {
  try {
    flushable.flush(nowMs)
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
