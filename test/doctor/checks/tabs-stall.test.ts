import { expect, test } from 'vitest'
import { tabsStall } from '../../../src/doctor/checks/tabs-stall.js'
import { evidenceOf } from '../../support/evidence.js'

test('one stream for all tabs, all receiving, passes', () => {
  expect(tabsStall.judge(evidenceOf('tabs/stall', 'pass'))).toMatchObject({
    state: 'pass',
    measured: '1 stream for 8 tabs, 8 of 8 tabs receive, a fetch is answered, a new tab loads',
    limit: 1,
    actual: 1,
  })
})

test('a stall with the coordinator fails, and the words say what stalled', () => {
  expect(tabsStall.judge(evidenceOf('tabs/stall', 'fail'))).toMatchObject({
    state: 'fail',
    measured: '6 streams for 8 tabs, 6 of 8 tabs receive, a fetch is not answered, a new tab does not load',
    actual: 6,
  })
})

test.each([
  ['a silent tab', { tabsReceiving: 7 }],
  ['a second stream', { streamsOpen: 2, browser: { streamsOpen: 2, streamsWaiting: 0, sockets: 2 } }],
  ['a stalled fetch', { fetch: { answered: false, waitedMs: 2000 } }],
  ['a tab that does not load', { newTab: { loaded: false, waitedMs: 2000 } }],
])('%s is enough to fail', (_words, change) => {
  const evidence = evidenceOf('tabs/stall', 'pass')
  Object.assign(evidence.experiments.stall?.coordinator ?? {}, change)
  expect(tabsStall.judge(evidence).state).toBe('fail')
})

test('counts that disagree make it unknown, whatever they are', () => {
  expect(tabsStall.judge(evidenceOf('tabs/stall', 'unknown'))).toEqual({
    state: 'unknown',
    reason: 'the proxy counted 6 open streams, the browser 5; run it again on a quieter machine',
  })
})

test('without the experiment it is skipped', () => {
  expect(tabsStall.judge(evidenceOf('tabs/stall', 'skip'))).toMatchObject({ state: 'skip' })
})
