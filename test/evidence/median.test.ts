import { expect, test } from 'vitest'
import { median } from '../../src/evidence/median.js'

test('the median is in the middle', () => {
  expect(median([])).toBeNull()
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 2, 3])).toBe(2.5)
})
