import { expect, test } from 'vitest'
import { failoverLossyOfApp } from '../../../src/doctor/app/failover-lossy.js'
import { failoverSlowOfApp } from '../../../src/doctor/app/failover-slow.js'
import { judgeApp } from '../../../src/doctor/app/judge-app.js'
import { tabsStallOfApp } from '../../../src/doctor/app/tabs-stall.js'
import { appOf } from '../../support/app-evidence.js'

test('a stalled tab fails, with the cure measured beside it and the line that opens the stream', () => {
  expect(tabsStallOfApp.judge(appOf('app-tabs/stall', 'fail'))).toMatchObject({
    state: 'fail',
    measured:
      '2 of 8 tabs hang: tab 7 never loads, as 6 streams are open at http://localhost:3000; with the coordinator 8 of 8 load over 1 stream',
    limit: 0,
    actual: 2,
    locations: [{ file: 'src/live.ts', line: 31, function: 'startLive' }],
  })
})

test('a page that reads with fetch is told why the trial did not help it, and what to put in place of fetch', () => {
  const app = appOf('app-tabs/stall', 'fail')
  if ('notDone' in app.plain) throw new Error('not measured')
  for (const { streams } of app.plain.perTab) for (const stream of streams) stream.kind = 'fetch'
  const { measured, fixes } = tabsStallOfApp.judge({ ...app, coordinator: app.plain }) as {
    measured: string
    fixes: { snippet: string }[]
  }
  expect(measured).toMatch(
    /; with the coordinator 6 of 8 load .* stalls, as the page reads with fetch, and only EventSource was replaced$/,
  )
  expect(fixes[0]?.snippet).toContain('new SSECoordinator({ url, onEvent })')
})

test('over HTTP/2 eight tabs with a stream each pass', () => {
  const app = appOf('app-tabs/stall', 'pass')
  if ('notDone' in app.plain) throw new Error('not measured')
  app.plain.protocol = 'h2'
  expect(tabsStallOfApp.judge(app)).toMatchObject({
    state: 'pass',
    measured: '8 of 8 tabs load over HTTP/2, nothing waits',
  })
})

test('a tab that is late without a limit is no stall', () => {
  const app = appOf('app-tabs/stall', 'pass')
  if ('notDone' in app.plain) throw new Error('not measured')
  Object.assign(app.plain.perTab[2] ?? {}, { loaded: false, loadMs: null })
  expect(tabsStallOfApp.judge(app)).toMatchObject({ state: 'unknown', reason: expect.stringContaining('tab 3') })
})

test('a hand-over that takes seconds, or never comes, fails by name', () => {
  expect(failoverSlowOfApp.judge(appOf('app-failover/slow', 'fail'))).toMatchObject({
    state: 'fail',
    measured: 'closes: 18400 ms, is frozen: nobody within 10 s',
  })
})

test('ids that no stream brought are lost', () => {
  expect(failoverLossyOfApp.judge(appOf('app-failover/lossy', 'fail'))).toMatchObject({
    state: 'fail',
    measured: 'crashes: 24 lost',
    actual: 24,
  })
})

test('every check gives one finding about the page', () => {
  const findings = judgeApp(appOf('app-tabs/stall', 'pass'))
  expect(findings.map(({ id, state, target }) => `${id} ${state} ${target}`)).toEqual([
    'tabs/stall pass http://localhost:3000/',
    'tabs/streams-per-tab pass http://localhost:3000/',
    'client/stream-refused pass http://localhost:3000/',
    'worker/intercepts pass http://localhost:3000/',
    'client/dead-after-error-status pass http://localhost:3000/',
    'client/zombie pass http://localhost:3000/',
    'failover/slow pass http://localhost:3000/',
    'failover/lossy pass http://localhost:3000/',
  ])
})
