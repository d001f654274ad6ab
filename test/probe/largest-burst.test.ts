import fc from 'fast-check'
import { expect, test } from 'vitest'
import { largestBurst, type Pair } from '../../src/probe/largest-burst.js'

/** The same, looked up in every stretch there is. */
function slowly(unsorted: readonly Pair[]): number {
  const pairs = unsorted.toSorted((one, other) => one.came - other.came)
  const sizes = pairs.flatMap((last, index) =>
    pairs.slice(0, index + 1).map((first, from) => {
      const sent = pairs.slice(from, index + 1).map((pair) => pair.sent)
      const isBurst = last.came - first.came <= 20 && Math.max(...sent) - Math.min(...sent) >= 300
      return isBurst ? index + 1 - from : 0
    }),
  )
  return Math.max(0, ...sizes)
}

test('the largest burst is found among whatever came', () => {
  const pair = fc.record({ sent: fc.nat(1000), came: fc.nat(100) })
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 30 }), (pairs) => {
      expect(largestBurst(pairs)).toBe(slowly(pairs))
    }),
  )
})

test('a minute of a fast stream that came at once is looked at once', () => {
  const pairs = Array.from({ length: 60_000 }, (_, index) => ({ sent: index, came: 60_000 + index / 10_000 }))
  expect(largestBurst(pairs)).toBe(60_000)
})
