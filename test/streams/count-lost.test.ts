import { expect, test } from 'vitest'
import { countLost } from '../../src/browser/experiments/handover.js'

const ids = (list: (number | string)[], resumedAfter: string | null = null) =>
  list.map((id) => ({ id: String(id), at: 0, resumedAfter }))

test.each([
  ['goes on at once', ids([1, 2, 3]), ids([4, 5, 6]), 0],
  ['begins again earlier', ids([4, 5, 6]), ids([5, 6, 7]), 0],
  ['has a hole', ids([1, 2, 3]), ids([24, 25, 26]), 20],
  ['resumes where it was asked to, though the old tab saw less', ids([1, 2, 3]), ids([5, 6, 7], '4'), 0],
  ['does not resume where it was asked to', ids([1, 2, 3]), ids([9, 10, 11], '3'), 5],
])('a stream that %s', (_words, before, after, lost) => {
  expect(countLost(before, after)).toBe(lost)
})

test.each([
  ['a hole that the last moments may explain', ids([1, 2, 3]), ids([5, 6, 7])],
  ['ids that do not count up by one', ids([1, 3, 9]), ids([20, 21, 22])],
  ['ids that are no numbers', ids(['a', 'b', 'c']), ids(['d', 'e', 'f'])],
  ['too few', ids([1]), ids([9])],
])('nobody can tell with %s', (_words, before, after) => {
  expect(countLost(before, after)).toBeNull()
})
