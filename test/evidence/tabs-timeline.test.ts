import { expect, test } from 'vitest'
import type { AppObservation, ObservedStream, ObservedTab } from '../../src/evidence/app.js'
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

test('a stream that is open has no end, one that waits was never answered', () => {
  const waiting = stream({ state: 'waiting', answeredAtMs: null })
  const { tabs, side } = tabsTimeline(
    seen([
      tab({}),
      tab({ tab: 2, streams: [waiting], waiting: [{ url: waiting.url, type: 'EventSource', waitedMs: 2000 }] }),
    ]),
    'plain',
  )
  expect(side).toBe('plain')
  expect(tabs[0]?.requests[1]).toMatchObject({ askedMs: 100, answeredMs: 130, endedMs: null })
  expect(tabs[1]?.requests[1]).toMatchObject({ askedMs: 100, answeredMs: null, endedMs: 2100 })
})

test('a page that did not load waits as long as its document did', () => {
  const stuck = tab({
    loaded: false,
    loadMs: null,
    streams: [],
    waiting: [{ url: 'http://localhost/', type: 'Document', waitedMs: 1500 }],
  })
  expect(tabsTimeline(seen([stuck]), 'plain').tabs[0]?.requests).toEqual([
    { url: 'http://localhost/', kind: 'page', askedMs: 0, sentMs: null, answeredMs: null, endedMs: 1500 },
  ])
})

test('what a browser does not tell of connections is not measured', () => {
  const [known] = originUses(seen([tab({})]))
  expect(known).toMatchObject({ sockets: 6, streams: 6, waiting: 1 })
  const blind = seen([tab({})])
  for (const origin of blind.origins) origin.sockets = null
  expect(originUses(blind)[0]).toMatchObject({ sockets: null, waiting: null })
})

test('before and after are drawn as far as they were measured', () => {
  const notDone = { notDone: 'skip', reason: 'not asked for' } as const
  const rest = { page: 'http://localhost/', tabs: 1, errorStatus: notDone, reload: notDone, handover: notDone }
  const one = seen([tab({})])
  expect(picturesOf({ ...rest, plain: notDone, coordinator: notDone })).toEqual({})
  expect(picturesOf({ ...rest, plain: one, coordinator: one }).tabs?.map(({ side }) => side)).toEqual([
    'plain',
    'coordinator',
  ])
})
