/**
 * One write per connection and tick: whoever has something to write asks for a flush, and all are flushed together once
 * the running turn of the event loop has done its work.
 */
import { Batch } from './batch.js'

/** Something with pending frames. */
export interface Flushable {
  /** Looks at what `flush` is going to need. What it answers means nothing. */
  prefetch(): number
  /** `nowMs` is the time by `performance.now()` in whole milliseconds, asked for once for all. */
  flush(nowMs: number): void
}

/**
 * So many are looked at before the first of them is flushed. Of thousands of connections the processor has the memory of
 * none at hand, and within a flush each piece is found through the one before, so that every fetch waits for another. Those
 * of many connections wait together.
 */
const fetchedAtOnce = 32

/** Where the answers go: a compiler may leave out looks of which nothing comes. */
const looks = { bits: 0 }

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
  flushEach(flushables)
}

function flushUnhurried(): void {
  const flushables = unhurried
  unhurried = []
  flushEach(flushables)
}

function flushEach(flushables: readonly Flushable[]): void {
  const nowMs = wholeNow()
  for (let first = 0; first < flushables.length; first += fetchedAtOnce) {
    const some = flushables.slice(first, first + fetchedAtOnce)
    for (const flushable of some) looks.bits |= flushable.prefetch()
    for (const flushable of some) flushNow(flushable, nowMs)
  }
}

/** Flushes `flushable`. What a listener throws is reported as uncaught, and harms nobody else. */
export function flushNow(flushable: Flushable, nowMs: number = wholeNow()): void {
  try {
    flushable.flush(nowMs)
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}

/** The time in milliseconds without a fraction, which a field of an object holds without a number object of its own. */
export function wholeNow(): number {
  return Math.floor(performance.now())
}
