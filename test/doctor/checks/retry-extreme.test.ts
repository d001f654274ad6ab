import { expect, test } from 'vitest'
import { retryExtreme } from '../../../src/doctor/checks/retry-extreme.js'
import { findingsOf } from '../../support/examine.js'
import { judgeWith } from '../../support/stream-evidence.js'
import { steady } from '../../support/stream-server.js'

test('a retry of no time fails, and one of seconds passes', async () => {
  const { faulty, sound } = await findingsOf('retry/extreme', {
    faulty: steady({ first: 'retry: 10\n\n' }),
    sound: steady(),
  })
  expect(faulty).toMatchObject({ state: 'fail', measured: 'retry: 10' })
  expect(sound).toMatchObject({ state: 'pass' })
})

test.each([
  [499, 'fail'],
  [500, 'pass'],
  [60_000, 'pass'],
  [60_001, 'fail'],
])('%i ms comes to %s', (retryMs, state) => {
  expect(judgeWith(retryExtreme, 'pass', { retries: [{ atMs: 1, retryMs }] }).state).toBe(state)
})
