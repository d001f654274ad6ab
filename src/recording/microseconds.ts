/** The finest time of a recording: no clock of a browser is finer, and a file that is read and written again stays the same. */

/** Milliseconds, to the microsecond. */
export function toMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
