/** The time of one request. */

/** Counts from the start of a request, on the clock that never steps back. */
export interface Stopwatch {
  /** When it was started, in milliseconds since the Unix epoch. */
  readonly startedAtMs: number
  /** Milliseconds since then, with a fraction. */
  now(): number
}

export function startStopwatch(): Stopwatch {
  const start = performance.now()
  return { startedAtMs: performance.timeOrigin + start, now: () => performance.now() - start }
}
