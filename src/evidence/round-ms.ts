/** Durations are reported in tenths of a millisecond: finer digits are the clock's, not the measurement's. */
export function roundMs(durationMs: number): number {
  return Math.round(durationMs * 10) / 10
}
