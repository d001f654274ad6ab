import fc from 'fast-check'
import { expect, test } from 'vitest'
import { open } from '../server/support/reader.js'
import { until } from '../server/support/until.js'
import { quiet, startMock } from './start-mock.js'

async function send(url: string, body: string, headers: Record<string, string> = {}, query = '') {
  const response = await fetch(`${url}/publish${query}`, { method: 'POST', body, headers })
  return { status: response.status, text: await response.text() }
}

const json = { 'content-type': 'application/json' }
const plain = { 'content-type': 'text/plain' }

test('JSON reaches every client, with its own id or the next number', async () => {
  const mock = await startMock(quiet)
  const readers = [await open(`${mock.url}/events`), await open(`${mock.url}/events`)]
  await until(() => mock.channel.sessionCount === 2)
  expect(await send(mock.url, '{"data":{"a":1},"event":"note","id":"x"}', json)).toEqual({
    status: 202,
    text: '{"id":"x","clients":2}\n',
  })
  expect((await send(mock.url, '{"data":"as it is"}', json)).text).toContain('"id":"1"')
  for (const reader of readers) {
    expect(await reader.received(2)).toEqual([
      { id: 'x', event: 'note', data: '{"a":1}' },
      { id: '1', event: undefined, data: 'as it is' },
    ])
  }
})

test('raw text is sent as it is, its lines kept, with event, id and topic from the query', async () => {
  const mock = await startMock(quiet)
  const reader = await open(`${mock.url}/events?topics=a`)
  await until(() => mock.channel.sessionCount === 1)
  await send(mock.url, '{"not": "an envelope"', plain, '?event=raw&id=7&topic=a')
  await send(mock.url, 'for others', plain, '?topic=b')
  await send(mock.url, 'one\ntwo', plain)
  expect(await reader.received(2)).toEqual([
    { id: '7', event: 'raw', data: '{"not": "an envelope"' },
    { id: '2', event: undefined, data: 'one\ntwo' },
  ])
})

test('an object as curl -d sends it is taken for JSON', async () => {
  const mock = await startMock(quiet)
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  expect((await send(mock.url, '{"data": 1}', form)).status).toBe(202)
  expect((await send(mock.url, 'hello', form)).status).toBe(202)
})

test.each([
  ['{"data": ', json, '', 'The body is no JSON:'],
  ['[1]', json, '', 'JSON but no object'],
  ['{"dta": 1}', json, '', 'no field “dta” here: did you mean data?'],
  ['{"event": "x"}', json, '', 'The field data is missing'],
  ['{"data": 1, "event": 5}', json, '', 'The field event is a text'],
  ['{"data": 1, "id": {}}', json, '', 'The field id is a text or a whole number'],
  ['{"data": 1, "id": "a\\nb"}', json, '', 'id must not contain a line break'],
  ['{"data": 1, "id": "a\\u0000b"}', json, '', 'id must not contain NUL'],
  ['{"data": 1, "event": "a\\rdata: x"}', json, '', 'event must not contain a line break'],
  ['{"data": 1, "id": ""}', json, '', 'The id is empty'],
  [JSON.stringify({ data: 1, id: 'x'.repeat(4097) }), json, '', 'id must not be longer than 4096 bytes'],
  ['x', plain, '?id=a%0Aid:b', 'id must not contain a line break'],
])('%s is refused in a sentence, and the stream goes on unharmed', async (body, headers, query, words) => {
  const mock = await startMock(quiet)
  const reader = await open(`${mock.url}/events`)
  await until(() => mock.channel.sessionCount === 1)
  const refused = await send(mock.url, body, headers, query)
  expect(refused.status).toBe(400)
  expect(refused.text).toContain(words)
  await send(mock.url, 'fine', plain, '?id=1')
  await reader.received(1)
  expect(reader.text).toBe('id: 1\ndata: fine\n\n')
})

test('a lone surrogate becomes U+FFFD, a body that is no UTF-8 is refused', async () => {
  const mock = await startMock(quiet)
  const reader = await open(`${mock.url}/events`)
  await until(() => mock.channel.sessionCount === 1)
  await send(mock.url, '{"data": "a\\ud800b"}', json)
  expect((await reader.received(1))[0]?.data).toBe('a\uFFFDb')
  const response = await fetch(`${mock.url}/publish`, { method: 'POST', body: new Uint8Array([0xc3, 0x28]) })
  expect([response.status, await response.text()]).toEqual([400, 'The body is no UTF-8.\n'])
})

test('a body over a mebibyte is refused', async () => {
  const mock = await startMock(quiet)
  const refused = await send(mock.url, 'x'.repeat(1_048_577), plain)
  expect(refused).toMatchObject({ status: 413, text: expect.stringContaining('larger than 1048576 bytes') })
  expect((await send(mock.url, 'x'.repeat(1_048_576), plain)).status).toBe(202)
})

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc
    .array(fc.constantFrom('\n', '\r', '\r\n', ':', 'data: x', 'id: 1', '\0', '\uFEFF', '\uD800', 'ü'), {
      maxLength: 6,
    })
    .map((parts) => parts.join('')),
)

test('whatever is published is what eventsource-parser reads, or is refused and harms nothing', async () => {
  const mock = await startMock(quiet)
  const reader = await open(`${mock.url}/events`)
  await until(() => mock.channel.sessionCount === 1)
  const asRead = (value: string) => Buffer.from(value.replaceAll(/\r\n|\r/g, '\n')).toString()
  const publication = fc.record({
    data: text,
    event: fc.option(text, { nil: undefined }),
    id: fc.option(text, { nil: undefined }),
  })
  await fc.assert(
    fc.asyncProperty(publication, async ({ data, event, id }) => {
      const before = reader.events.length
      const { status } = await send(mock.url, JSON.stringify({ data, event, id }), json)
      const isBad = /[\r\n]/.test(`${event}${id}`) || id?.includes('\0') || id === ''
      expect(status).toBe(isBad ? 400 : 202)
      if (!isBad) await reader.received(before + 1)
      expect(reader.events.slice(before)).toEqual(
        isBad
          ? []
          : [
              {
                data: asRead(data),
                event: event === undefined || event === '' || event === 'message' ? undefined : asRead(event),
                id: id === undefined ? String(mock.published) : asRead(id),
              },
            ],
      )
    }),
    { numRuns: 80 },
  )
})

test('what is refused leaves no gap in the numbers', async () => {
  const mock = await startMock(quiet)
  expect((await send(mock.url, '{"data":1}', json)).text).toContain('"id":"1"')
  expect((await send(mock.url, '{"data":1,"event":"a\\nb"}', json)).status).toBe(400)
  expect(mock.published).toBe(1)
  expect((await send(mock.url, '{"data":2}', json)).text).toContain('"id":"2"')
})
