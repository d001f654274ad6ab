import { expect, test } from 'vitest'
import { didYouMean, nearest } from '../../src/config/nearest.js'

test('a slip of a letter or two finds what was meant', () => {
  expect(nearest('evetn', ['event', 'byte'])).toBe('event')
  expect(nearest('LATENCI', ['latency', 'close'])).toBe('latency')
  expect(didYouMean('tbas', ['tabs', 'failover'])).toBe(': did you mean tabs?')
})

test('far words are not guessed at', () => {
  expect(nearest('banana', ['latency', 'close'])).toBeUndefined()
  expect(didYouMean('banana', ['latency', 'close'])).toBe('')
})

test('dashes of flags do not count as letters', () => {
  expect(nearest('--no-sandbx', ['--sandbox', '--tabs'])).toBe('--sandbox')
})
