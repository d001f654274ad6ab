/** The moment, in milliseconds since the Unix epoch with a fraction: fine enough to tell chunks apart, and never steps back. */
export function epochNow(): number {
  return performance.timeOrigin + performance.now()
}
