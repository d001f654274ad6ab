/** The small reader of the coordinator against the parser of the house, which is held against others. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { streamReader } from '../../src/coordinator/read-stream.js'
import { createParser } from '../../src/sse/parse.js'

const piece = fc.oneof(
  fc.constantFrom(
    'data',
    'event',
    'id',
    'retry',
    ':',
    ': ',
    '\n',
    '\r',
    '\r\n',
    '\n\n',
    '12',
    '\0',
    '\uFEFF',
    '\u2028',
  ),
  fc.string({ unit: 'binary', maxLength: 4 }),
)
const chunk = fc.oneof(
  { weight: 5, arbitrary: fc.array(piece, { maxLength: 12 }).map((pieces) => Buffer.from(pieces.join(''))) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)) },
)

/** Reads chunk by chunk; what each chunk completed stays together, so that nothing may come a chunk late. */
function readSmall(chunks: Uint8Array[], startId: string): unknown[] {
  const retries: number[] = []
  const read = streamReader(startId, (ms) => retries.push(ms))
  const events = chunks.map((bytes) => read(bytes, 7).filter(([type]) => type))
  return [events.map((some) => some.map(([type, data, id, since]) => [type, data, id, !since])), retries]
}

function readLarge(chunks: Uint8Array[], lastEventId: string): unknown[] {
  const retries: number[] = []
  let events: unknown[] = []
  const parser = createParser(
    {
      onEvent: ({ type, data, lastEventId, hasId }) => events.push([type, data, lastEventId, hasId]),
      onRetry: (ms) => retries.push(ms),
    },
    { lastEventId },
  )
  const perChunk = chunks.map((bytes) => {
    events = []
    parser.feed(bytes)
    return events
  })
  return [perChunk, retries]
}

test('any bytes, cut anywhere, are read as by the parser of the house', () => {
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 20 }), fc.constantFrom('', 'start'), (chunks, lastEventId) => {
      expect(readSmall(chunks, lastEventId)).toEqual(readLarge(chunks, lastEventId))
    }),
    { numRuns: 3_000 },
  )
})

test('an id without data moves the place on, as an event without a type', () => {
  const read = streamReader('', () => {})
  expect(read(Buffer.from('id: 5\n\n: nothing\n\n'), 7)).toEqual([['', '', '5', 0, 7]])
})

test('a line of many chunks is read whole', () => {
  const read = streamReader('', () => {})
  const bytes = Buffer.alloc(64_000, 'x')
  read(Buffer.from('data: '), 0)
  for (let count = 0; count < 300; count++) read(bytes, 0)
  expect(read(Buffer.from('\n\n'), 0)[0]?.[1]).toHaveLength(300 * 64_000)
})
