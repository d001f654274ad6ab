import { expect, test } from 'vitest'
import { formatSize } from '../../src/evidence/size.js'

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1 kB'],
  [1250, '1.3 kB'],
  [9_960, '10 kB'],
  [18_432, '18 kB'],
  [999_600, '1 MB'],
  [1_258_291, '1.3 MB'],
  [3e9, '3 GB'],
  [4e12, '4000 GB'],
])('%d bytes are %s', (bytes, words) => {
  expect(formatSize(bytes)).toBe(words)
})
