import { expect, test } from 'vitest'
import { retryMissing } from '../../../src/doctor/checks/retry-missing.js'
import { findingsOf } from '../../support/examine.js'
import { judgeWith, streamOf } from '../../support/stream-evidence.js'
import { steady } from '../../support/stream-server.js'

const problem = { count: 1, firstByte: 0, field: null }

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

test('one that was sent and is ignored is not called absent', () => {
  const bad = judgeWith(retryMissing, 'fail', { problems: [{ ...problem, kind: 'bad-retry' }] })
  expect(bad).toMatchObject({ measured: expect.stringMatching(/^a retry: field that is no whole number/) })
  const misspelt = [{ ...problem, kind: 'misspelt-field' as const, field: 'Retry' }]
  expect(judgeWith(retryMissing, 'fail', { eventCount: 0, commentCount: 0, problems: misspelt })).toMatchObject({
    state: 'fail',
    measured: expect.stringMatching(/^a field “Retry”, which is ignored/),
  })
})

test('of bytes that could not be read nothing is claimed', () => {
  const problems = [{ ...problem, kind: 'invalid-utf8' as const }]
  const unread = { bytes: 900, eventCount: 0, commentCount: 3, problems }
  expect(judgeWith(retryMissing, 'fail', unread)).toEqual({
    state: 'unknown',
    reason: '900 bytes came, and no event in them: see format/framing',
  })
  expect(judgeWith(retryMissing, 'fail', { ...unread, eventCount: 3 })).toMatchObject({
    state: 'fail',
    measured: expect.stringMatching(/^no retry: field in what could be read;/),
  })
})
