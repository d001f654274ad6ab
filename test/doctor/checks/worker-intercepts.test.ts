import { expect, test } from 'vitest'
import { workerIntercepts } from '../../../src/doctor/checks/worker-intercepts.js'
import { appOf } from '../../support/app-evidence.js'

test('an answer out of a service worker fails, and names the line in the worker', () => {
  expect(workerIntercepts.judge(appOf('worker/intercepts', 'fail'))).toMatchObject({
    state: 'fail',
    measured: '/api/events (src/live.ts:31 startLive) comes out of a service worker',
    locations: [{ file: 'public/sw.js', line: 5 }],
  })
})

test('Firefox does not tell', () => {
  expect(workerIntercepts.judge(appOf('worker/intercepts', 'unknown'))).toEqual({
    state: 'unknown',
    reason: 'Firefox does not tell; run it with a Chromium',
  })
})
