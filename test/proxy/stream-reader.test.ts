import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ChunkScanner } from '../../src/proxy/chunk-scanner.js'
import { countBlocks } from '../../src/proxy/count-blocks.js'
import { eachPiece, unframed } from '../../src/proxy/dechunk.js'
import type { StreamEntry } from '../../src/proxy/ledger-entries.js'
import { nextControl, searchable } from '../../src/proxy/next-control.js'
import { StreamCapture } from '../../src/proxy/stream-capture.js'
import { StreamReader } from '../../src/proxy/stream-reader.js'
import { StreamTape } from '../../src/proxy/stream-tape.js'
import { createParser } from '../../src/sse/parse.js'

interface Read {
  events: number
  lastEventId: string | null
  comments: number
  retry: number | null
  data: string[]
}

/** An entry that keeps what is written into it. */
function keep(isHeard: boolean): { entry: StreamEntry; read: Read } {
  const read: Read = { events: 0, lastEventId: null, comments: 0, retry: null, data: [] }
  const entry = {
    isHeard,
    event(_type: string, id: string | null, data: () => string) {
      read.events++
      if (id !== null) read.lastEventId = id
      read.data.push(data())
    },
    events(count: number, id: string | null) {
      read.events += count
      if (id !== null) read.lastEventId = id
    },
    comment: () => void read.comments++,
    retry(ms: number) {
      read.retry = ms
    },
  } as unknown as StreamEntry
  return { entry, read }
}

const feed = (reader: StreamReader, text: string, at: number) => reader.read(Buffer.from(text), at, unframed)

/** What the parser alone makes of the same bytes. */
function parse(bytes: Buffer): Read {
  const read: Read = { events: 0, lastEventId: null, comments: 0, retry: null, data: [] }
  const parser = createParser({
    onEvent({ data, hasId, lastEventId }) {
      read.events++
      if (hasId) read.lastEventId = lastEventId
      read.data.push(data)
    },
    onComment: () => void read.comments++,
    onRetry(ms) {
      read.retry = ms
    },
  })
  parser.feed(bytes)
  return read
}

const line = fc.constantFrom(
  'data: x',
  'data',
  'data:',
  'data: ü😀',
  'data: of more than sixteen bytes, ü😀, and\ta tab',
  'data: a\0b',
  'dataset: 1',
  'id: 7',
  'id',
  'id: ö',
  'id: 1\0',
  'id:  9',
  'ident: 3',
  'event: tick',
  ': beat',
  ':',
  'retry: 5',
  'retry: x',
  'other',
  '',
  '',
  '',
  '',
)
const end = fc.constantFrom('\n', '\n', '\n', '\n', '\n', '\n', '\r\n', '\r')
const streams = (ends: fc.Arbitrary<string>) =>
  fc
    .tuple(fc.boolean(), fc.array(fc.tuple(line, ends), { maxLength: 40 }))
    .map(([hasMark, lines]) => Buffer.from((hasMark ? '\ufeff' : '') + lines.map((parts) => parts.join('')).join('')))

/** An id in a block without data counts for the browser, and not for the ledger, which tells of events. */
const withoutId = ({ lastEventId: _id, ...rest }: Read) => rest

for (const isHeard of [true, false]) {
  test(`what is read is what the parser reads, ${isHeard ? 'event by event' : 'counted'}, however the bytes are cut`, () => {
    fc.assert(
      fc.property(
        fc.oneof(streams(fc.constant('\n')), streams(end)),
        fc.array(fc.integer({ min: 3, max: 30 }), { minLength: 1 }),
        (bytes, sizes) => {
          const { entry, read } = keep(isHeard)
          const reader = new StreamReader(entry)
          for (let at = 0, index = 0; at < bytes.length; index++) {
            const size = sizes[index % sizes.length] ?? 3
            reader.read(bytes.subarray(at, at + size), index, unframed)
            at += size
          }
          feed(reader, '\n\n', 99)
          const whole = parse(Buffer.concat([bytes, Buffer.from('\n\n')]))
          expect(withoutId({ ...read, data: [] })).toEqual(withoutId({ ...whole, data: [] }))
          if (isHeard) expect(read).toEqual(whole)
        },
      ),
      { numRuns: 500 },
    )
  })
}

test('what is read out of chunks is the same, and so is what is remembered, wherever the tape begins', () => {
  const line = fc.constantFrom('data: x', 'data: ü😀', 'id: 7', 'event: tick', ': beat', '', '', '')
  const parts = fc.array(fc.array(line, { maxLength: 6 }), { maxLength: 30 })
  fc.assert(
    fc.property(parts, fc.integer({ min: 80, max: 400 }), fc.integer({ min: 3, max: 60 }), (chunks, most, cut) => {
      const bodies = chunks.map((lines) => Buffer.from(`${lines.join('\n')}\n`))
      const whole = parse(Buffer.concat([...bodies, Buffer.from('\n\n')]))
      const framed = Buffer.concat(
        bodies.flatMap((body) => [Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')]),
      )
      const { entry, read } = keep(false)
      const reader = new StreamReader(entry)
      const tape = new StreamTape(() => most)
      const see = (piece: Buffer, at: number, left: number) => {
        reader.read(piece, at, left)
        tape.append(piece, at, left)
      }
      const scanner = new ChunkScanner()
      let held = Buffer.alloc(0)
      for (let at = 0; at < framed.length; at += cut) {
        const piece = Buffer.concat([held, framed.subarray(at, at + cut)])
        const { left } = scanner
        const end = scanner.scan(piece)
        see(piece.subarray(0, end), at, left)
        held = piece.subarray(end)
      }
      see(Buffer.from('\n\n'), framed.length, unframed) // the parser has taken over: no framing any more
      expect(withoutId({ ...read, data: [] })).toEqual(withoutId({ ...whole, data: [] }))
      const remembered: string[] = []
      tape.replay((bytes, _at, left) =>
        eachPiece(bytes, left, (from, to) => remembered.push(bytes.toString('latin1', from, to))),
      )
      const body = `${Buffer.concat(bodies).toString('latin1')}\n\n`
      expect(body.endsWith(remembered.join(''))).toBe(true)
      if (!tape.isCut) expect(remembered.join('')).toBe(body)
    }),
  )
})

test('a line that ends with a carriage return behind a comment is no part of that comment', () => {
  const { entry, read } = keep(false)
  const reader = new StreamReader(entry)
  feed(reader, ':\rdata: x\n', 0)
  feed(reader, '\n', 1)
  expect(read).toMatchObject({ events: 1, comments: 1 })
})

test('the next control character is found wherever it stands, among bytes of any value', () => {
  const byte = fc.oneof(fc.integer({ min: 16, max: 255 }), fc.constantFrom(32, 128, 255, 10, 13))
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 60 }), fc.nat({ max: 20 }), fc.nat({ max: 20 }), (values, from, short) => {
      const bytes = Buffer.from(values)
      const to = Math.max(from, bytes.length - short)
      const found = values.findIndex((value, at) => at >= from && at < to && value < 16)
      expect(nextControl(searchable(bytes), from, to)).toBe(found < 0 ? to : found)
    }),
    { numRuns: 500 },
  )
})

test('blocks with what only the parser can tell are not counted', () => {
  const count = (text: string) => {
    const counted = { events: 0, id: -1 }
    const bytes = Buffer.from(text)
    return countBlocks(counted, searchable(bytes), 0, bytes.length) ? counted : null
  }
  expect(count('id: 1\ndata: a\n\ndata\nid: 2\n\nid: 3\n\n')).toEqual({ events: 2, id: 29 })
  expect(count('')).toEqual({ events: 0, id: -1 })
  for (const text of [
    'data: a\r\n\r\n',
    'data: a\rb\n\n',
    ': beat\n\n',
    'data: a\n: x\n\n',
    'retry: 5\n\n',
    'id: \0\n\n',
  ]) {
    expect(count(text)).toBeNull()
  }
})

test('a tape remembers the last bytes, and stays within its bound', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 3000 }), { maxLength: 200 }), fc.nat(), (sizes, seed) => {
      const tape = new StreamTape(() => 4096)
      let written = ''
      for (const [index, size] of sizes.entries()) {
        const chunk = Buffer.alloc(size, 33 + ((seed + index) % 90))
        written += chunk.toString('latin1')
        tape.append(chunk, index / 3, unframed)
      }
      let remembered = ''
      tape.replay((bytes, _at, left) => {
        remembered += bytes.toString('latin1')
        return left
      })
      expect(remembered.length).toBeLessThanOrEqual(4096)
      expect(written.endsWith(remembered)).toBe(true)
      if (!tape.isCut) expect(remembered).toBe(written)
    }),
  )
})

test('of more than fits at once the last events are remembered, in chunks or not', () => {
  const events = Array.from({ length: 1000 }, (_, index) => `id: ${index}\ndata: ${'x'.repeat(90)}\n\n`)
  const chunks = events.map((event) => `${event.length.toString(16)}\r\n${event}\r\n`)
  for (const [text, left] of [
    [events.join(''), unframed],
    [chunks.join(''), 0],
  ] as const) {
    const capture = new StreamCapture(20_000)
    capture.open(1)?.append(Buffer.from(text), 1, left)
    const remembered = capture.events(1)
    expect(remembered.at(-1)?.id).toBe('999')
    expect(remembered.length).toBeGreaterThan(80)
    expect(remembered.length).toBeLessThan(200)
  }
})

test('the bound is shared by the streams that are remembered', () => {
  const capture = new StreamCapture(100_000)
  const event = Buffer.from(`data: ${'x'.repeat(92)}\n\n`)
  for (let stream = 1; stream <= 10; stream++) {
    const tape = capture.open(stream)
    for (let count = 0; count < 1000; count++) tape?.append(event, count, unframed)
  }
  const kept = Array.from({ length: 10 }, (_, index) => capture.events(index + 1).length)
  expect(kept[9]).toBeLessThan(110)
  expect(kept[9]).toBeGreaterThan(40)
  for (let stream = 1; stream <= 101; stream++) capture.close(stream)
  expect(capture.events(1)).toEqual(capture.events(1))
  expect(new StreamCapture(0).open(1)).toBeUndefined()
  expect(new StreamCapture(0).events(1)).toEqual([])
})
