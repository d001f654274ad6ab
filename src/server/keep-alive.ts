/**
 * Comments in silence, for many sessions with one timer per interval: a timer of its own would cost each of thousands of
 * sessions more memory than all else it needs.
 */

import { letExit } from './let-exit.js'

/** A stream that is kept alive. */
export interface KeptAlive {
  /** When something was written last, by the clock of `performance.now()`. */
  readonly lastWriteMs: number
  /** Writes a comment. */
  onSilence(): void
}

/** Looks per interval; a comment comes after nine to ten tenths of it. */
const looksPerInterval = 10

class Round {
  readonly #intervalMs: number
  readonly #streams = new Set<KeptAlive>()
  #timer: NodeJS.Timeout | undefined

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs
  }

  add(stream: KeptAlive): void {
    this.#streams.add(stream)
    const lookMs = Math.max(1, this.#intervalMs / looksPerInterval)
    this.#timer ??= letExit(setInterval(() => this.#look(lookMs), lookMs))
  }

  /** Answers whether nobody is left. */
  delete(stream: KeptAlive): boolean {
    this.#streams.delete(stream)
    if (this.#streams.size > 0) return false
    clearInterval(this.#timer)
    this.#timer = undefined
    return true
  }

  /** Whoever would be silent for too long by the next look gets a comment now. */
  #look(lookMs: number): void {
    const silentSinceMs = performance.now() + lookMs - this.#intervalMs
    for (const stream of this.#streams) if (stream.lastWriteMs <= silentSinceMs) stream.onSilence()
  }
}

const rounds = new Map<number, Round>()

/** Keeps `stream` alive until `letSleep`. */
export function keepAlive(intervalMs: number, stream: KeptAlive): void {
  let round = rounds.get(intervalMs)
  if (!round) {
    round = new Round(intervalMs)
    rounds.set(intervalMs, round)
  }
  round.add(stream)
}

/** Ends what `keepAlive` began. */
export function letSleep(intervalMs: number, stream: KeptAlive): void {
  if (rounds.get(intervalMs)?.delete(stream)) rounds.delete(intervalMs)
}
