import { expect, test } from 'vitest'
import type { AppObservation, ObservedStream, ObservedTab } from '../../src/evidence/app.js'
import type { TabRequest } from '../../src/evidence/report.js'
import { originUses, picturesOf, tabsTimeline } from '../../src/evidence/tabs-timeline.js'

const stream = (values: Partial<ObservedStream>): ObservedStream => ({
  url: 'http://localhost/events',
  kind: 'EventSource',
  context: 'page',
  state: 'open',
  openedBy: null,
  protocol: 'http/1.1',
  fromServiceWorker: false,
  status: 200,
  pageUrl: 'http://localhost/',
  openedAtMs: 100,
  answeredAtMs: 130,
  closedAtMs: null,
  reconnects: 0,
  ...values,
})
const tab = (values: Partial<ObservedTab>): ObservedTab => ({
  tab: 1,
  url: 'http://localhost/',
  loaded: true,
  loadMs: 90,
  failedStep: null,
  streams: [stream({})],
  waiting: [],
  ...values,
})
const seen = (perTab: ObservedTab[]): AppObservation => ({
  page: 'http://localhost/',
  browser: { name: 'Chromium', version: '1' },
  protocol: 'http/1.1',
  tabs: perTab.length,
  perTab,
  shared: [],
  origins: [
    {
      origin: 'http://localhost',
      protocol: 'http/1.1',
      sockets: 6,
      streamsOpen: 6,
      streamsWaiting: 1,
      stalledRequests: 1,
    },
  ],
  firstStalledTab: null,
  settled: true,
  blindSpots: [],
  durationMs: 1000,
})

const request = (values: Partial<TabRequest>): TabRequest => ({
  url: 'http://localhost/events',
  kind: 'stream',
  askedMs: 100,
  sentMs: 101,
  answeredMs: 130,
  endedMs: null,
  ...values,
})

test('every request of every tab is on the clock of the first tab, to the moment of the count', () => {
  const waiting = request({ askedMs: 900, sentMs: null, answeredMs: null })
  const observation = {
    ...seen([tab({ requests: [request({})] }), tab({ tab: 2, requests: [waiting] })]),
    watchedMs: 4000,
  }
  expect(tabsTimeline(observation, 'plain')).toEqual({
    page: 'http://localhost/',
    side: 'plain',
    spanMs: 4000,
    tabs: [
      { tab: 1, requests: [request({})] },
      { tab: 2, requests: [waiting] },
    ],
  })
})

test('nothing lies beyond the end of the picture', () => {
  expect(tabsTimeline(seen([tab({ requests: [request({ endedMs: 7000 })] })]), 'plain').spanMs).toBe(7000)
  expect(tabsTimeline(seen([tab({ requests: [request({})] })]), 'plain').spanMs).toBe(500)
})

test('what a browser does not tell of connections is not measured', () => {
  const [known] = originUses(seen([tab({})]), 'plain')
  expect(known).toMatchObject({ sockets: 6, streams: 6, waiting: 1 })
  const blind = seen([tab({})])
  for (const origin of blind.origins) origin.sockets = null
  expect(originUses(blind, 'plain')[0]).toMatchObject({ sockets: null, waiting: null })
})

test('before and after are drawn as far as they were measured', () => {
  const notDone = { notDone: 'skip', reason: 'not asked for' } as const
  const rest = { page: 'http://localhost/', tabs: 1, errorStatus: notDone, reload: notDone, handover: notDone }
  const one = seen([tab({})])
  expect(picturesOf({ ...rest, plain: notDone, coordinator: notDone })).toEqual({})
  const both = picturesOf({ ...rest, plain: one, coordinator: one })
  expect(both.tabs?.map(({ side }) => side)).toEqual(['plain', 'coordinator'])
  expect(both.origins?.map(({ side }) => side)).toEqual(['plain', 'coordinator'])
})
