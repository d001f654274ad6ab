import { expect, test } from 'vitest'
import { retryHerd } from '../../../src/doctor/checks/retry-herd.js'
import { findingsOf } from '../../support/examine.js'
import { streamOf } from '../../support/stream-evidence.js'
import { steady } from '../../support/stream-server.js'

test('the same time for everybody fails, and jitter passes', async () => {
  const { faulty, sound } = await findingsOf('retry/herd', {
    faulty: steady({ first: 'retry: 2000\n\n' }),
    sound: steady(),
  })
  expect(faulty).toMatchObject({ state: 'fail', severity: 'info', measured: '10 connections were all told 2000 ms' })
  expect(sound).toMatchObject({ state: 'pass' })
})

test('off this machine it takes --allow-load', () => {
  expect(retryHerd.judge(streamOf('retry/herd', 'skip'))).toMatchObject({
    reason: expect.stringContaining('--allow-load'),
  })
})
