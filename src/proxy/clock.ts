/** How often the clock of the wall is looked at, and how far ahead it has to be. */
const lookEveryMs = 1000
const mostLostMs = 1000

/** Read once: asking for it costs more than the time itself. */
let { timeOrigin } = performance
let lookedAt = Number.NEGATIVE_INFINITY

/**
 * The moment, in milliseconds since the Unix epoch with a fraction: fine enough to tell chunks apart, and never steps back.
 *
 * While a machine sleeps its steady clock may stand still: what was lost is added within a second.
 */
export function epochNow(): number {
  const running = performance.now()
  if (running - lookedAt >= lookEveryMs) {
    lookedAt = running
    const lost = Date.now() - timeOrigin - running
    if (lost > mostLostMs) timeOrigin += lost
  }
  return timeOrigin + running
}
