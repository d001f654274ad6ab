/** Finds what came at once though it was sent apart: the mark of a buffer on the way. */

/** When an event left the app, and when it came through the front. */
export interface Pair {
  sent: number
  came: number
}

/** Events closer together than this came at once, and further apart than that were sent apart. */
export const burstMs = 20
const apartMs = 300

/** The most events that came within `burstMs` of each other, where they were sent over `apartMs` at least; 0 without any. */
export function largestBurst(unsorted: readonly Pair[]): number {
  const pairs = unsorted.toSorted((one, other) => one.came - other.came)
  const earliest = slidingLeast(pairs.map(({ sent }) => sent))
  const latest = slidingLeast(pairs.map(({ sent }) => -sent))
  let largest = 0
  let from = 0
  pairs.forEach(({ came }, index) => {
    while (came - (pairs[from]?.came ?? 0) > burstMs) from++
    if (-latest(from, index) - earliest(from, index) >= apartMs) largest = Math.max(largest, index - from + 1)
  })
  return largest
}

/**
 * The least of the values between two places, both of which may only move on: each value is looked at once, however long the
 * stretch is.
 */
function slidingLeast(values: readonly number[]): (from: number, to: number) => number {
  /** Places whose values rise: each is the least of all from the one before it on. */
  let rising: number[] = []
  let first = 0
  let next = 0
  const valueAt = (place: number | undefined) => values[place ?? 0] ?? 0
  return (from, to) => {
    for (; next <= to; next++) {
      while (rising.length > first && valueAt(rising.at(-1)) >= valueAt(next)) rising.pop()
      rising.push(next)
    }
    while ((rising[first] ?? 0) < from) first++
    if (first > 1024 && first * 2 > rising.length) {
      rising = rising.slice(first)
      first = 0
    }
    return valueAt(rising[first])
  }
}
