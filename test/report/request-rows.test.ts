import { expect, test } from 'vitest'
import type { TabRequest } from '../../src/evidence/report.js'
import { chooseRows, phasesOf } from '../../src/report/html/request-rows.js'

const request = (values: Partial<TabRequest> = {}): TabRequest => ({
  url: 'http://localhost/a.js',
  kind: 'request',
  askedMs: 100,
  sentMs: 101,
  answeredMs: 130,
  endedMs: 150,
  ...values,
})
const parts = (values: Partial<TabRequest>) =>
  phasesOf(request(values), 1000).map(({ fromMs, toMs, colour }) => `${colour} ${fromMs}–${toMs}`)

test('a request has waited from when it was asked for to when it was sent', () => {
  expect(parts({ sentMs: 400, answeredMs: 430, endedMs: 500 })).toEqual([
    '--wait 100–400',
    '--load 400–430',
    '--load 430–500',
  ])
  expect(parts({ kind: 'stream', sentMs: 400, answeredMs: 430, endedMs: null })).toEqual([
    '--wait 100–400',
    '--load 400–430',
    '--stream 430–1000',
  ])
})

test('what is sent at once, or by a browser that does not tell, has not waited', () => {
  expect(parts({ kind: 'stream', endedMs: null })).toEqual(['--load 100–130', '--stream 130–1000'])
  expect(parts({ kind: 'stream', sentMs: null, endedMs: null })).toEqual(['--load 100–130', '--stream 130–1000'])
})

test('without an answer it waits for a connection, or on one, to its end', () => {
  expect(parts({ sentMs: null, answeredMs: null, endedMs: null })).toEqual(['--wait 100–1000'])
  expect(parts({ answeredMs: null, endedMs: null })).toEqual(['--load 100–1000'])
  expect(parts({ sentMs: null, answeredMs: null, endedMs: 600 })).toEqual(['--wait 100–600'])
})

test('of a crowd of requests the page, the streams and what waits are drawn first, in the order of asking', () => {
  const many = Array.from({ length: 98 }, (_, index) => request({ url: `http://localhost/${index}.js` }))
  const page = request({ url: 'http://localhost/', kind: 'page' })
  const stream = request({ url: 'http://localhost/events', kind: 'stream' })
  const { shown, hidden } = chooseRows([page, ...many, stream], 8)
  expect(shown).toHaveLength(30)
  expect([shown[0], shown.at(-1)]).toEqual([page, stream])
  expect(hidden).toBe(70)
  const stuck = request({ url: 'http://localhost/stuck.png', answeredMs: null })
  expect(chooseRows([page, ...many, stuck], 50).shown).toContain(stuck)
  expect(chooseRows([page, stream], 50)).toEqual({ shown: [page, stream], hidden: 0 })
})
