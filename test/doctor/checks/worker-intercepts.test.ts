import { expect, test } from 'vitest'
import { workerIntercepts } from '../../../src/doctor/checks/worker-intercepts.js'
import { isDone } from '../../../src/evidence/app-evidence.js'
import { appOf } from '../../support/app-evidence.js'

test('an answer out of a service worker fails, and names the line in the worker', () => {
  expect(workerIntercepts.judge(appOf('worker/intercepts', 'fail'))).toMatchObject({
    state: 'fail',
    measured: '/api/events (src/live.ts:31 startLive) comes out of a service worker',
    locations: [{ file: 'public/sw.js', line: 5 }],
  })
})

test('a page whose streams have ended, as the answer of a model does, is not told that it opened none', () => {
  const app = appOf('worker/intercepts', 'fail')
  if (!isDone(app.plain)) throw new Error('the tabs were not looked at')
  for (const { streams } of app.plain.perTab) for (const stream of streams) stream.state = 'closed'
  for (const stream of app.plain.shared) stream.state = 'closed'
  expect(workerIntercepts.judge(app)).toEqual({
    state: 'skip',
    reason: 'the streams that the page opened had ended by the time of the count',
  })
})

test('Firefox does not tell', () => {
  expect(workerIntercepts.judge(appOf('worker/intercepts', 'unknown'))).toEqual({
    state: 'unknown',
    reason: 'Firefox does not tell; run it with a Chromium',
  })
})
