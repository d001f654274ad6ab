import { describe, expect, test } from 'vitest'
import { parseDuration, parseSize, toBytes, toMs } from '../../src/config/quantities.js'

describe('text', () => {
  test.each([
    ['500ms', 500],
    ['1.5s', 1500],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['1d', 86_400_000],
  ])('%s is a duration', (text, ms) => expect(parseDuration(text)).toBe(ms))

  test.each(['15', 's', '-1s', '1w', '25d', '', '1s2', '15 s', '1constructor'])('%j is no duration', (text) =>
    expect(parseDuration(text)).toBeUndefined(),
  )

  test.each([
    ['64B', 64],
    ['10kB', 10_000],
    ['64KiB', 65_536],
    ['5mib', 5_242_880],
    ['2GiB', 2 ** 31],
  ])('%s is a size', (text, bytes) => expect(parseSize(text)).toBe(bytes))

  test.each(['64', 'KiB', '0.3B', '-1KiB', '1TiB', ''])('%j is no size', (text) =>
    expect(parseSize(text)).toBeUndefined(),
  )
})

test('numbers are milliseconds and bytes', () => {
  expect(toMs('timeout', 250)).toBe(250)
  expect(toBytes('maxBody', 1024)).toBe(1024)
})

test('what is none is named in the error', () => {
  expect(() => toMs('timeout', -1)).toThrow('timeout is a time')
  expect(() => toMs('timeout', '5' as '5s')).toThrow('timeout is a time')
  expect(() => toBytes('maxBody', 0)).toThrow('maxBody is a size above zero')
})
