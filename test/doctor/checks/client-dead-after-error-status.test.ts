import { expect, test } from 'vitest'
import { clientDeadAfterErrorStatus } from '../../../src/doctor/checks/client-dead-after-error-status.js'
import { appOf } from '../../support/app-evidence.js'

test('a page that asks again passes', () => {
  expect(clientDeadAfterErrorStatus.judge(appOf('client/dead-after-error-status', 'pass'))).toMatchObject({
    state: 'pass',
    measured: 'asked again 1.8 s after the 502',
  })
})

test('sixty silent seconds fail, twenty do not', () => {
  expect(clientDeadAfterErrorStatus.judge(appOf('client/dead-after-error-status', 'fail'))).toMatchObject({
    state: 'fail',
    measured: 'no request for the stream in 60 s after one 502',
    locations: [{ file: 'src/live.ts', line: 31 }],
  })
  expect(clientDeadAfterErrorStatus.judge(appOf('client/dead-after-error-status', 'unknown'))).toEqual({
    state: 'unknown',
    reason: 'the page had not asked for its stream again 20 s after one 502; use --for 60s',
  })
})
