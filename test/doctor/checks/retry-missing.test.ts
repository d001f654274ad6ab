import { expect, test } from 'vitest'
import { retryMissing } from '../../../src/doctor/checks/retry-missing.js'
import { findingsOf } from '../../support/examine.js'
import { streamOf } from '../../support/stream-evidence.js'
import { steady } from '../../support/stream-server.js'

test('a stream without a retry field fails, and one with it passes', async () => {
  const { faulty, sound } = await findingsOf('retry/missing', {
    faulty: steady({ first: ': hi\n\n' }),
    sound: steady(),
  })
  expect(faulty).toMatchObject({ state: 'fail', severity: 'warning' })
  expect(sound).toMatchObject({ state: 'pass', measured: expect.stringMatching(/^retry: \d{4}$/) })
})

test('an answer that ends by design, and one to a POST, are not asked', () => {
  const stream = streamOf('retry/missing', 'fail')
  expect(retryMissing.judge({ ...stream, conditions: { ...stream.conditions, profile: 'llm' } }).state).toBe('skip')
  expect(retryMissing.judge({ ...stream, conditions: { ...stream.conditions, method: 'POST' } }).state).toBe('skip')
})
