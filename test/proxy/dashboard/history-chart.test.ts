import { expect, test } from 'vitest'
import { labelAt } from '../../../src/proxy/dashboard/page/history-chart.js'

test('the limit is written below its line, and above where many connections push the line to the bottom', () => {
  expect(labelAt(10, 48)).toBe(23)
  expect(labelAt(38, 48)).toBe(34)
  for (let line = 0; line <= 48; line++) expect(labelAt(line, 48)).toBeLessThanOrEqual(48)
})
