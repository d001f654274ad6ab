import { expect, test } from 'vitest'
import { fillQuery, readPayload } from '../../src/mock/payload.js'
import { open } from '../server/support/reader.js'
import { until } from '../server/support/until.js'
import { startMock } from './start-mock.js'

const values = { seq: 7, event: 'tick', topic: 'eur', random: () => 0.5 }

test('placeholders are filled in', () => {
  const text = readPayload(
    '{{seq}} {{ event }} {{topic}} {{random}} {{random:1..6}} {{now}} {{now.iso}} {{uuid}}',
  ).render(values)
  expect(text).toMatch(/^7 tick eur 0\.500000 4 \d{13} \d{4}-\d\d-\d\dT[\d:.]+Z [\da-f-]{36}$/)
})

test('a placeholder that there is not is named, with what was probably meant', () => {
  expect(() => readPayload('{{sek}}')).toThrow('A payload has no {{sek}}: did you mean seq?')
  expect(() => readPayload('{{random:6..1}}')).toThrow('A payload has no {{random:6..1}}')
})

test('what a client’s URL says stays within a JSON string, or within data', () => {
  const url = `/events?x=${encodeURIComponent('"\nid: 5')}`
  expect(fillQuery(readPayload('{"x": "{{query.x}}"}').render(values), url)).toBe('{"x": "\\"\\nid: 5"}')
  expect(fillQuery(`data: ${readPayload('x {{query.x}} y').render(values)}\n\n`, url)).toBe(
    'data: x "\ndata: id: 5 y\n\n',
  )
  expect(fillQuery(readPayload('{{query.none}}').render(values), url)).toBe('')
})

test('each client gets its own query and the same random values, live and from the history', async () => {
  const mock = await startMock({ payload: '{"room":"{{query.room}}","id":"{{uuid}}"}' })
  const [a, b] = [await open(`${mock.url}/events?room=a`), await open(`${mock.url}/events?room=b`)]
  await a.received(3)
  await b.received(3)
  const known = a.events[1]
  const returning = await open(`${mock.url}/events?room=c`, { headers: { 'Last-Event-ID': a.events[0]?.id ?? '' } })
  const [again] = await returning.received(1)
  const parse = (data = '{}') => JSON.parse(data) as { room: string; id: string }
  expect(parse(b.events[0]?.data).room).toBe('b')
  expect(parse(known?.data).room).toBe('a')
  expect(parse(again?.data)).toEqual({ room: 'c', id: parse(known?.data).id })
})

test('types, topics and payloads come in turn, and a client chooses topics', async () => {
  const mock = await startMock({ eventTypes: ['x', 'y'], topics: ['a', 'b'], payload: ['1 {{topic}}', '2 {{topic}}'] })
  const all = await open(`${mock.url}/events`)
  const some = await open(`${mock.url}/events?topics=b`)
  await all.received(4)
  await some.received(2)
  const kinds = new Set(all.events.map(({ event, data }) => `${event} ${data}`))
  expect([...kinds].sort()).toEqual(['x 1 a', 'y 2 b'])
  expect(new Set(some.events.map(({ data }) => data))).toEqual(new Set(['2 b']))
})

test('above a thousand events a second, several are published at a time', async () => {
  const mock = await startMock({ everyMs: 0.1 })
  let inTurn = 0
  let most = 0
  mock.channel.on('broadcast', () => {
    if (inTurn === 0) setImmediate(() => (inTurn = 0))
    inTurn += 1
    most = Math.max(most, inTurn)
  })
  await until(() => most >= 5)
})
