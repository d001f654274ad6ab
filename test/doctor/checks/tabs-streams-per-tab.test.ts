import { expect, test } from 'vitest'
import { tabsStreamsPerTab } from '../../../src/doctor/checks/tabs-streams-per-tab.js'
import { appOf } from '../../support/app-evidence.js'

test('two streams fail, and each is named with its line', () => {
  expect(tabsStreamsPerTab.judge(appOf('tabs/streams-per-tab', 'fail'))).toMatchObject({
    state: 'fail',
    measured: '2 in tab 1: /api/events (src/live.ts:31 startLive), /api/presence (src/presence.ts:162 usePresence)',
    why: '3 such tabs use up the 6 connections that HTTP/1.1 gives an origin.',
    limit: 1,
    actual: 2,
    locations: [{ file: 'src/live.ts' }, { file: 'src/presence.ts' }],
    fixes: [{ stack: 'server' }, { stack: 'browser' }],
  })
})

test('the same line twice is a mount without its clean-up', () => {
  const app = appOf('tabs/streams-per-tab', 'fail')
  if ('notDone' in app.plain) throw new Error('not measured')
  for (const tab of app.plain.perTab)
    tab.streams = tab.streams.flatMap((stream, index) => (index ? [] : [stream, stream]))
  expect(tabsStreamsPerTab.judge(app)).toMatchObject({
    measured: '2 in tab 1: 2 × /api/events (src/live.ts:31 startLive)',
    why: expect.stringContaining('without its clean-up'),
    fixes: [{ stack: 'react' }, { stack: 'browser' }],
    locations: [{ line: 31 }],
  })
})

test.each([
  ['over HTTP/2', { protocol: 'h2' }],
  ['closed', { state: 'closed' as const }],
  ['of another origin', { url: 'http://localhost:4000/api/presence' }],
])('a second stream that is %s passes', (_words, change) => {
  const app = appOf('tabs/streams-per-tab', 'fail')
  if ('notDone' in app.plain) throw new Error('not measured')
  for (const tab of app.plain.perTab) Object.assign(tab.streams[1] ?? {}, change)
  expect(tabsStreamsPerTab.judge(app)).toMatchObject({ state: 'pass', actual: 1 })
})
