/** What a fault may use while it acts on one response: time, chance, and an account of the bytes that it holds back. */

/** Given to each fault for one response. */
export interface FaultContext {
  /** Milliseconds, from any beginning. */
  now(): number
  /** Calls back after so many milliseconds, unless the response is over by then. Returns how to call it off. */
  after(ms: number, callback: () => void): () => void
  /** From 0 up to 1; repeats with the seed. */
  random(): number
  /** Says that so many bytes more (or, below zero, fewer) are held back. */
  hold(bytes: number): void
  /** The events that the fault was told to act on, counted from 1; empty where it was not told. */
  events: ReadonlySet<number>
}

/** The passing of time. Tests bring their own. */
export interface Clock {
  now(): number
  setTimer(callback: () => void, ms: number): () => void
}

/** The real time. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimer(callback, ms) {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
}
