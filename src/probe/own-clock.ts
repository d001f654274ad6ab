/**
 * How late our own clock runs: what a machine that is busy with other things does to every time that is measured on it. A
 * delay that is no longer than that is nobody's fault.
 */

const everyMs = 20
/** Of a minute and more, the latest. */
const mostSamples = 4000

export interface OwnClock {
  /** By how much a quarter of our timers came too late at least, in milliseconds; 0 where none has run yet. */
  readonly quartileLateMs: number
  close(): void
}

export function watchOwnClock(): OwnClock {
  const late: number[] = []
  let due = performance.now() + everyMs
  const timer = setInterval(() => {
    const now = performance.now()
    if (late.length >= mostSamples) late.shift()
    late.push(Math.max(0, now - due))
    due = now + everyMs
  }, everyMs)
  return {
    get quartileLateMs() {
      const sorted = late.toSorted((one, other) => one - other)
      return sorted[Math.floor(sorted.length * 0.75)] ?? 0
    },
    close: () => clearInterval(timer),
  }
}
