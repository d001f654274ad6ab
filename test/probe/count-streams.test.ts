import { expect, test } from 'vitest'
import { readMetric } from '../../src/probe/count-streams.js'

test.each([
  ['# TYPE open gauge\nopen 12\n', 'open', 12],
  ['open{channel="a"} 3\nopen{channel="b"} 4 1700000000\nopen_total 99\n', 'open', 7],
  ['open 1e3\n', 'open', 1000],
  ['{"streams":{"open":5}}', 'streams.open', 5],
  ['{"open":"5"}', 'open', undefined],
  ['opened 5\n', 'open', undefined],
  ['', 'open', undefined],
])('%j: %s is %s', (text, metric, value) => {
  expect(readMetric(text, metric)).toBe(value)
})
