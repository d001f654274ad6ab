import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exportSse, importHar, importSse, type Recording, readRecording } from '../../src/recording/index.js'
import { splitBlocks } from '../../src/recording/split-blocks.js'
import { eventsOf, fileOf, textOf } from './support.js'

/** Text full of what cuts blocks. */
const streamText = fc
  .array(fc.constantFrom('data: 1', 'id: 7', ': hb', '\n', '\r', '\r\n', '\n\n', '\r\n\r\n', 'x', '\ufeff'), {
    maxLength: 30,
  })
  .map((parts) => Buffer.from(parts.join('')))

const exported = (recording: Recording) => Buffer.concat([...exportSse(recording)])

test('blocks put together are the bytes again, and each ends in a blank line', () => {
  fc.assert(
    fc.property(streamText, (bytes) => {
      const blocks = splitBlocks(bytes)
      expect(Buffer.concat(blocks).equals(bytes)).toBe(true)
      for (const block of blocks.slice(0, -1)) expect(textOf(block)).toMatch(/(^|[\r\n])(\r\n|\r|\n)$/)
    }),
  )
})

test('a body comes in and goes out with the same events', () => {
  fc.assert(
    fc.property(streamText, (bytes) => {
      expect(eventsOf(exported(importSse(bytes)))).toEqual(eventsOf(bytes))
    }),
  )
})

test('what goes out leaves half events and error pages behind', () => {
  const recording = readRecording(
    fileOf(
      { at: 0, kind: 'chunk', text: 'id: 1\r\ndata: 1\r\n\r\nid: 2\r\nda' },
      { at: 1, kind: 'fault', fault: 'cut' },
      { at: 2, connection: 2, kind: 'open', status: 502, headers: [] },
      { at: 2, kind: 'chunk', text: 'bad\n\n' },
      { at: 3, connection: 3, kind: 'chunk', text: 'id: 2\nda' },
      { at: 4, connection: 3, kind: 'chunk', text: 'ta: 2\n\nid: 3\r\n' },
      { at: 5, connection: 4, kind: 'chunk', text: 'data: 4\n\n' },
    ),
  )
  expect(textOf(exported(recording))).toBe('id: 1\r\ndata: 1\r\n\r\nid: 2\ndata: 2\n\ndata: 4\n\n')
})

const entry = (startedDateTime: string, more: object, request = {}) => ({
  startedDateTime,
  request: { url: 'https://app.test/events?token=x', headers: [], ...request },
  response: { status: 200, headers: [{ name: 'content-type', value: 'text/event-stream' }], content: {} },
  timings: { wait: 20, receive: 300 },
  ...more,
})

test('the events of DevTools come with their times, types and ids', () => {
  const at = Date.parse('2026-01-01T00:00:00Z') / 1000
  const message = (time: number, eventName: string, eventId: string, data: string) => ({
    time,
    eventName,
    eventId,
    data,
  })
  const har = {
    log: {
      entries: [
        { startedDateTime: 'x', response: { content: { mimeType: 'text/html' } } },
        entry(
          '2026-01-01T00:00:05.000Z',
          { _eventSourceMessages: [message(at + 5.1, 'tick', '9', 'c')] },
          { headers: [{ name: 'Last-Event-ID', value: '8' }] },
        ),
        entry('2026-01-01T00:00:00.000Z', {
          _eventSourceMessages: [
            message(at + 0.1, 'message', '', 'a\nb'),
            message(at + 0.2, 'tick', '8', '{}'),
            message(at + 0.15, 'message', '8', 'no id of its own'),
          ],
        }),
      ],
    },
  }
  const { header, connections } = importHar(JSON.stringify(har))
  expect(header).toMatchObject({
    url: 'https://app.test/events?token=***',
    startedAt: '2026-01-01T00:00:00.000Z',
  })
  expect(connections.map(({ openedAtMs, lastEventId }) => [openedAtMs, lastEventId])).toEqual([
    [20, null],
    [5020, '8'],
  ])
  expect(connections[0]?.chunks.map(({ atMs, bytes }) => [Math.round(atMs), textOf(bytes)])).toEqual([
    [80, 'data: a\ndata: b\n\n'],
    [180, 'event: tick\nid: 8\ndata: {}\n\n'],
    [180, 'data: no id of its own\n\n'],
  ])
  expect(textOf(connections[1]?.chunks[0]?.bytes ?? Buffer.of())).toBe('event: tick\nid: 9\ndata: c\n\n')
})

test('a HAR that the network panel of Chromium saved is read with the break in its story', () => {
  const file = new URL('../../fixtures/recordings/devtools.har', import.meta.url)
  const { header, connections } = importHar(readFileSync(file, 'utf8'))
  expect(header.url).toBe('http://127.0.0.1:4562/events?token=***')
  const [first, second] = connections.map(({ chunks, ...rest }) => ({
    ...rest,
    events: chunks.map(({ bytes }) => textOf(bytes)),
  }))
  expect(first).toMatchObject({
    status: 200,
    lastEventId: null,
    waitedMs: 25.267,
    events: [1495, 1496, 1497].map((n) => `event: ${n % 2 ? 'tick' : 'note'}\nid: ${n}\ndata: line ${n}\n\n`),
    end: { kind: 'cut', code: 'net::ERR_INCOMPLETE_CHUNKED_ENCODING' },
  })
  expect(second).toMatchObject({ lastEventId: '1497', end: { kind: 'leave', code: null } })
  expect(second?.openedAtMs).toBeGreaterThan((first?.openedAtMs ?? 0) + (first?.end.atMs ?? 0) + 500)
})

test('a HAR without events gives the text of the response, spread over its time', () => {
  const text = Buffer.from('data: 1\n\ndata: 2\n\ndata: 3\n\n').toString('base64')
  const response = { status: 200, headers: [], content: { mimeType: 'text/event-stream', text, encoding: 'base64' } }
  const har = { log: { entries: [entry('2026-01-01T00:00:00Z', { response })] } }
  const [connection] = importHar(JSON.stringify(har)).connections
  expect(connection?.chunks.map(({ atMs, bytes }) => [atMs, textOf(bytes)])).toEqual([
    [0, 'data: 1\n\n'],
    [100, 'data: 2\n\n'],
    [200, 'data: 3\n\n'],
  ])
})

test('a file that is no HAR, or has no stream, is refused in a sentence', () => {
  for (const text of ['{', '[]', '{"log":{}}', '{"log":{"entries":[null,7,{}]}}']) {
    expect(() => importHar(text, { name: 'a.har' }), text).toThrow(/^a\.har .*\.$/)
  }
})

test('any HAR is read or refused, never worse, and what is read can be written', () => {
  const loose = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom('x', 1, -1, null, '2026-01-01', 'text/event-stream', 'a\nb'),
      tie('object'),
      fc.array(tie('value')),
    ),
    object: fc.dictionary(
      fc.constantFrom(
        'url',
        'headers',
        'status',
        'content',
        'text',
        'time',
        'eventName',
        'eventId',
        'data',
        'name',
        'value',
        'mimeType',
        'wait',
      ),
      tie('value'),
    ),
  })).value
  const entries = fc.array(
    fc.record({
      startedDateTime: fc.constantFrom('2026-01-01', '', 'x'),
      request: loose,
      response: loose,
      timings: loose,
      _eventSourceMessages: fc.oneof(loose, fc.array(loose)),
    }),
    { maxLength: 3 },
  )
  fc.assert(
    fc.property(entries, (list) => {
      try {
        importHar(JSON.stringify({ log: { entries: list } }))
      } catch (error) {
        expect(error).toMatchObject({ code: 'bad-recording' })
      }
    }),
    { numRuns: 300 },
  )
})
