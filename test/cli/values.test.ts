import { expect, test } from 'vitest'
import { duration, port, size } from '../../src/cli/options/values.js'

test('durations and sizes carry their unit', () => {
  expect(duration('--for', '20s')('1.5s')).toBe(1500)
  expect(size('--max-body', '5MiB')('64KiB')).toBe(65_536)
})

test('a bare number is refused with an example', () => {
  expect(() => duration('--for', '20s')('20')).toThrow(
    "--for takes a duration with its unit, as in --for 20s, not '20'.",
  )
  expect(() => size('--max-body', '5MiB')('0B')).toThrow('as in --max-body 5MiB')
  expect(() => duration('--for', '20s', 1000)('10ms')).toThrow('--for takes')
})

test('a port is a whole number up to 65535', () => {
  expect(port('--port')('0')).toBe(0)
  expect(() => port('--port')('65536')).toThrow('--port takes a whole number from 0 to 65535')
})
