import { expect, test } from 'vitest'
import { runFigures } from '../../src/budget/run-figures.js'
import type { OriginPeak, SeenOrigin } from '../../src/budget/watch-ledger.js'
import type { StreamSnapshot } from '../../src/evidence/ledger.js'

const stream: StreamSnapshot = {
  number: 1,
  url: '/events',
  page: null,
  openedAt: 0,
  closedAt: null,
  status: 200,
  events: 0,
  bytes: 0,
  lastEventId: null,
  lastEventAt: null,
  largestGapMs: null,
  heartbeatMs: null,
  retryMs: null,
  comments: 0,
}
const seen = (origin: string, streams: number): SeenOrigin => {
  const peak: OriginPeak = {
    origin,
    streams: Array.from({ length: streams }, () => stream),
    streamsAt: 0,
    sockets: Math.max(1, streams),
    socketsAt: 0,
  }
  return { peak, browsers: 1 }
}
const origins = (all: SeenOrigin[], named: string | null) => runFigures(all, named).origins.map(({ origin }) => origin)

test('as a proxy server only origins with streams are judged, once there are any', () => {
  const app = seen('http://localhost:3000', 2)
  const updates = seen('https://updates.example', 0)
  expect(origins([updates, app], null)).toEqual(['http://localhost:3000'])
  expect(origins([updates], null)).toEqual(['https://updates.example'])
  expect(runFigures([updates], null).figures[0]).toMatchObject({
    actual: null,
    doubt: expect.stringContaining('no event stream'),
  })
})

test('in front of one app its own address counts, whatever the proxy was called', () => {
  expect(
    origins([seen('http://127.0.0.1:40001', 0), seen('http://127.0.0.1:40002', 1)], 'http://localhost:3000'),
  ).toEqual(['http://localhost:3000'])
})
