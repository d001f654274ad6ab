import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SseCoordError } from '../../src/error.js'
import { formatRecording, packBytes, type RecordingLine, readRecording } from '../../src/recording/index.js'
import { createRecordingReader } from '../../src/recording/read-recording.js'
import { fileOf, textOf } from './support.js'

const open = { at: 5, connection: 1, kind: 'open', status: 200, headers: [] }

test('lines become connections, their times counted from the head', () => {
  const { header, connections, isTruncated } = readRecording(
    fileOf(
      { at: 5, connection: 1, kind: 'open', status: 200, headers: [['X-A', '1']], waitedMs: 3 },
      { at: 7, kind: 'chunk', text: 'data: ü\n\n' },
      { at: 7, kind: 'chunk', base64: '/w==' },
      { at: 9, kind: 'fault', fault: 'reset', code: 'ECONNRESET' },
      { at: 20, connection: 2, kind: 'fault', fault: 'refuse', lastEventId: '7' },
      { at: 30, connection: 3, kind: 'event', id: '8', data: 'a\nb' },
      { at: 31, kind: 'comment', text: 'hb' },
      { at: 40, kind: 'end' },
    ),
  )
  expect(header).toEqual({ ssecast: 1 })
  expect(isTruncated).toBe(false)
  expect(connections).toMatchObject([
    {
      openedAtMs: 5,
      waitedMs: 3,
      status: 200,
      headers: [['X-A', '1']],
      end: { atMs: 4, kind: 'reset', code: 'ECONNRESET' },
    },
    { lastEventId: '7', chunks: [], end: { kind: 'refuse' } },
    { openedAtMs: 30, status: 200, headers: [['Content-Type', 'text/event-stream']], end: { atMs: 10, kind: 'end' } },
  ])
  expect(connections[0]?.chunks.map(({ atMs, bytes }) => [atMs, [...bytes].at(-1)])).toEqual([
    [2, 10],
    [2, 255],
  ])
  expect(connections[2]?.chunks.map(({ bytes }) => textOf(bytes))).toEqual(['id: 8\ndata: a\ndata: b\n\n', ': hb\n\n'])
})

test('a line that broke off loses nothing before it', () => {
  const whole = fileOf({ ...open }, { at: 6, kind: 'chunk', text: 'data: 1\n\n' }, { at: 7, kind: 'chunk', text: 'x€' })
  for (let cut = 1; cut < 30; cut++) {
    const { connections, isTruncated } = readRecording(whole.subarray(0, whole.length - cut))
    expect(isTruncated).toBe(cut > 1)
    expect(connections[0]?.chunks).toHaveLength(cut > 1 ? 1 : 2)
    expect(connections[0]?.end).toMatchObject({ kind: 'leave' })
  }
})

test('what is wrong is said with the number of its line', () => {
  const cases: [Uint8Array | string, string][] = [
    ['', '1: is empty'],
    ['data: 1\n\n', '1: is no JSON'],
    ['{"log":{}}\n', '1: is no header of a recording'],
    ['{"ssecast":2}\n', '1: is of version 2, newer than this program'],
    ['{"ssecast":"1"}\n', '1: names no version of the format'],
    ['{"ssecast":1,"url":7}\n', '1: has a url that is no string'],
    ['{"ssecast":1}\n\n{x\n{}\n', '3: is no JSON'],
    ['{"ssecast":1}\n\n"x"\n', '3: is no object'],
    [fileOf({ kind: 'open' }), '2: has no time'],
    [fileOf({ ...open }, { at: -1, kind: 'end' }), '3: has no time'],
    [fileOf({ ...open }, { at: 1e300, kind: 'end' }), '3: has no time'],
    [fileOf({ ...open }, { at: 4, kind: 'end' }), '3: goes back in time, from 5 to 4 ms'],
    [fileOf({ at: 0, kind: 'evnet' }), "2: has an unknown kind 'evnet': did you mean event?"],
    [fileOf({ at: 0, kind: 'toString' }), "2: has an unknown kind 'toString'"],
    [fileOf({ at: 0, kind: 'event' }), '2: is an event without event, id, retry and data'],
    [fileOf({ at: 0, kind: 'event', id: 'a\nb' }), '2: is no event that can be sent'],
    [fileOf({ at: 0, kind: 'event', retry: -1 }), '2: is no event that can be sent'],
    [fileOf({ at: 0, kind: 'chunk', text: '', base64: '' }), '2: is a chunk and needs either text or base64'],
    [fileOf({ at: 0, kind: 'chunk', base64: 'x' }), '2: is a chunk and needs either text or base64'],
    [fileOf({ at: 0, kind: 'chunk', text: '\ud800' }), '2: has half a character in its text'],
    [fileOf({ at: 0, kind: 'fault', fault: 'boom' }), '2: is a fault and needs fault: cut, reset, refuse, black-hole'],
    [fileOf({ ...open, status: 99 }), '2: has no status from 200 to 599'],
    [fileOf({ ...open, headers: [['X', 'a\r\nY: b']] }), '2: has headers that are no list'],
    [fileOf({ ...open, headers: { X: 'a' } }), '2: has headers that are no list'],
    [fileOf({ ...open }, { ...open }), '3: opens a connection that is open already'],
    [
      fileOf({ ...open }, { at: 6, kind: 'end' }, { at: 7, kind: 'comment' }),
      '4: comes after the end of its connection',
    ],
    [fileOf({ ...open }, { at: 6, kind: 'end', connection: 3 }), '3: is of connection 3, after connection 1'],
    [fileOf({ ...open }, { at: 6, kind: 'end', connection: 0.5 }), '3: counts connections from 1'],
  ]
  for (const [file, words] of cases) {
    const read = () => readRecording(typeof file === 'string' ? Buffer.from(file) : file, 'demo.ssecast')
    expect(read, words).toThrow(`demo.ssecast:${words}`)
    expect(read, words).toThrow(SseCoordError)
  }
})

test('a byte order mark, CRLF and blank lines are taken as they come', () => {
  const text = '\ufeff{"ssecast":1}\r\n\r\n{"at":0,"kind":"comment","text":"hb"}\r\n'
  expect(readRecording(Buffer.from(text)).connections).toHaveLength(1)
})

test('a line without an end is bounded, also one that comes in pieces', () => {
  const words = 'recording:1: is longer than 16777216 bytes'
  expect(() => readRecording(Buffer.alloc(17 * 1024 * 1024, 0x20))).toThrow(words)
  const reader = createRecordingReader()
  const piece = Buffer.alloc(1024 * 1024, 0x20)
  for (let fed = 0; fed < 16; fed++) reader.feed(piece)
  expect(() => reader.feed(piece)).toThrow(words)
})

test('a recording that comes in pieces is the same as one that comes whole', () => {
  const lines = [open, { at: 6, kind: 'chunk', text: 'data: €ü\n\n' }, { at: 7, kind: 'chunk', base64: '/w==' }]
  const ends = [[], [{ at: 9, kind: 'end' }], [{ at: 9, kind: 'what?' }]]
  const outcome = (read: () => unknown) => {
    try {
      return read()
    } catch (error) {
      return String(error)
    }
  }
  const cuts = fc.array(fc.nat(400), { maxLength: 6 }).map((all) => all.sort((one, other) => one - other))
  fc.assert(
    fc.property(cuts, fc.constantFrom(...ends), fc.boolean(), fc.nat(60), (places, end, hasMark, lost) => {
      const all = Buffer.concat([Buffer.from(hasMark ? '\ufeff' : ''), fileOf(...lines, ...end)])
      const bytes = all.subarray(0, all.length - lost)
      const inPieces = outcome(() => {
        const reader = createRecordingReader()
        for (const [index, place] of [0, ...places].entries()) reader.feed(bytes.subarray(place, places[index]))
        return reader.finish()
      })
      expect(inPieces).toEqual(outcome(() => readRecording(bytes)))
    }),
  )
})

test('any bytes survive a line', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const line = { at: 0, kind: 'chunk', ...packBytes(bytes) } as RecordingLine
      const [connection] = readRecording(fileOf(line)).connections
      expect([...(connection?.chunks[0]?.bytes ?? [])]).toEqual([...bytes])
    }),
  )
})

test('any text is read or refused, never worse', () => {
  const line = fc.oneof(
    fc.json(),
    fc
      .record(
        {
          at: fc.oneof(fc.double(), fc.nat(50)),
          kind: fc.constantFrom('open', 'chunk', 'event', 'comment', 'fault', 'end', 'leave', 'x'),
          connection: fc.oneof(fc.nat(3), fc.double()),
          status: fc.oneof(fc.nat(700), fc.constant(200)),
          headers: fc.oneof(fc.jsonValue(), fc.array(fc.tuple(fc.string(), fc.string()))),
          text: fc.string({ unit: 'binary' }),
          base64: fc.base64String(),
          id: fc.oneof(fc.string({ unit: 'binary' }), fc.nat()),
          data: fc.string({ unit: 'binary' }),
          fault: fc.constantFrom('cut', 'reset', 'refuse', 'black-hole', '?'),
          lastEventId: fc.string(),
        },
        { requiredKeys: ['at', 'kind'] },
      )
      .map((fields) => JSON.stringify(fields)),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), fc.nat(20), (lines, cut) => {
      const text = `{"ssecast":1}\n${lines.join('\n')}\n`
      const bytes = Buffer.from(text)
      try {
        const recording = readRecording(bytes.subarray(0, bytes.length - cut))
        const again = readRecording(Buffer.from(formatRecording(recording)))
        expect(again.connections).toEqual(recording.connections)
      } catch (error) {
        expect(error).toMatchObject({ code: 'bad-recording' })
        expect((error as Error).message).toMatch(/^recording:\d+: .*\.$/s)
      }
    }),
    {
      numRuns: 500,
      // Less than a microsecond between two lines.
      examples: [[['{"at":5e-324,"kind":"fault","fault":"refuse"}', '{"at":0,"kind":"open"}'], 2]],
    },
  )
})

test('what the documentation shows is a recording', () => {
  const page = readFileSync(new URL('../../docs/ssecast.md', import.meta.url), 'utf8')
  const examples = page.split('```').filter((_, index) => index % 2 === 1)
  const ends = examples.map((text) =>
    readRecording(Buffer.from(`${text.trim()}\n`)).connections.map(({ end }) => end.kind),
  )
  expect(ends).toEqual([['leave'], ['cut']])
})

test('connections may overlap, as where a proxy records several tabs; a line without a number is of the one before', () => {
  const { connections } = readRecording(
    Buffer.from(
      fileOf(
        { at: 0, connection: 1, kind: 'open', status: 200, headers: [] },
        { at: 1, connection: 2, kind: 'open', status: 200, headers: [] },
        { at: 5, connection: 1, kind: 'chunk', text: 'data: 1\n\n' },
        { at: 4, connection: 2, kind: 'chunk', text: 'data: 2\n\n' },
        { at: 6, kind: 'end' },
        { at: 7, connection: 1, kind: 'leave' },
      ),
    ),
  )
  expect(connections).toMatchObject([
    { openedAtMs: 0, chunks: [{ atMs: 5 }], end: { kind: 'leave', atMs: 7 } },
    { openedAtMs: 1, chunks: [{ atMs: 3 }], end: { kind: 'end', atMs: 5 } },
  ])
})
