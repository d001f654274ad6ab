import { createParser as createPeer } from 'eventsource-parser'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createParser, type ParsedEvent } from '../../src/sse/parse.js'

function read(chunks: (string | Uint8Array)[], options = {}) {
  const events: ParsedEvent[] = []
  const comments: string[] = []
  const retries: number[] = []
  const parser = createParser(
    {
      onEvent: (event) => events.push(event),
      onComment: (text) => comments.push(text),
      onRetry: (retryMs) => retries.push(retryMs),
    },
    options,
  )
  for (const chunk of chunks) parser.feed(chunk)
  return { events, comments, retries, lastEventId: parser.lastEventId }
}

const message = (data: string, lastEventId = '', hasId = false, type = 'message') => ({
  type,
  data,
  lastEventId,
  hasId,
})

describe('the examples of the standard', () => {
  test('an event ends at a blank line and joins its data lines', () => {
    expect(read(['data: YHOO\ndata: +2\ndata: 10\n\n']).events).toEqual([message('YHOO\n+2\n10')])
  })
  test('comments dispatch nothing, an empty id resets the last event ID, and the half block at the end is dropped', () => {
    const { events, comments } = read([
      ': test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n',
    ])
    expect(events).toEqual([message('first event', '1', true), message('second event', '', true)])
    expect(comments).toEqual(['test stream'])
  })
  test('a data line without a colon is an empty line', () => {
    expect(read(['data\n\ndata\ndata\n\ndata:']).events).toEqual([message(''), message('\n')])
  })
  test('one space after the colon is dropped, no more', () => {
    expect(read(['data:test\n\ndata:  test\n\n']).events).toEqual([message('test'), message(' test')])
  })
})

describe('what other readers get wrong', () => {
  test('a line that ends in a lone CR at the end of a chunk counts at once', () => {
    expect(read(['data: a\r\r']).events).toEqual([message('a')])
  })
  test('an LF that follows such a CR in the next chunk is no second line end', () => {
    expect(read(['data: a\r', '\ndata: b\r', '\n\r', '\n']).events).toEqual([message('a\nb')])
  })
  test('an event without an id keeps the last event ID', () => {
    expect(read(['id: 7\ndata: a\n\ndata: b\n\n']).events[1]).toEqual(message('b', '7', false))
  })
  test('an id or retry without data counts, and dispatches nothing', () => {
    expect(read(['id: 9\nretry: 1500\n\n'])).toEqual({ events: [], comments: [], retries: [1500], lastEventId: '9' })
  })
  test('an id of an unfinished block does not count yet', () => {
    expect(read(['id: 9\n']).lastEventId).toBe('')
  })
  test('an id with NUL and a retry that is not all digits are ignored', () => {
    expect(read(['id: 1\n\nid: a\0b\nretry: 1e3\nretry: -1\ndata: x\n\n'])).toMatchObject({
      retries: [],
      lastEventId: '1',
    })
  })
})

test('a byte order mark is dropped at the start and kept elsewhere', () => {
  expect(read(['\uFEFFdata: a\n\n', '\uFEFFdata: b\n\n']).events).toEqual([message('a')])
  expect(read([new TextEncoder().encode('\uFEFFdata: a\n\n')]).events).toEqual([message('a')])
})

test('a bounded parser keeps counting through an endless line and an endless event', () => {
  const long = 'x'.repeat(1000)
  const { events } = read([`data: ${long}`, long, long, '\n', `data: ${long}\n`.repeat(50), '\n', 'data: next\n\n'], {
    maxLength: 500,
  })
  expect(events).toHaveLength(2)
  expect(events[0]?.data.length).toBeLessThan(2500)
  expect(events[1]?.data).toBe('next')
})

/** Lines that matter, in any order, with any line end. */
const streams = fc
  .array(
    fc.tuple(
      fc.oneof(
        fc.constantFrom(
          '',
          'data',
          'data:',
          'data: x',
          'id',
          'id: 1',
          'id:2\0',
          'event: tick',
          'retry: 10',
          'retry: x',
          ': c',
          'foo: bar',
        ),
        fc.string({ unit: 'binary' }).map((text) => `data:${text.replace(/[\r\n]/g, '')}`),
      ),
      fc.constantFrom('\n', '\r\n', '\r'),
    ),
    { maxLength: 30 },
  )
  .map((lines) => lines.map(([line, end]) => line + end).join(''))

function cut(text: string | Uint8Array, cuts: number[]) {
  const places = [0, ...cuts.map((place) => place % (text.length + 1)).sort((a, b) => a - b), text.length]
  return places.slice(1).map((place, index) => text.slice(places[index], place))
}

test('any split of the bytes reads as the whole does', () => {
  fc.assert(
    fc.property(streams, fc.array(fc.nat()), (stream, cuts) => {
      const bytes = new TextEncoder().encode(stream)
      expect(read(cut(bytes, cuts) as Uint8Array[])).toEqual(read([bytes]))
      expect(read(cut(stream, cuts) as string[])).toEqual(read([stream]))
    }),
    { numRuns: 500 },
  )
})

test('a whole stream reads as eventsource-parser reads it', () => {
  fc.assert(
    fc.property(streams, (stream) => {
      const peerEvents: { type: string; data: string }[] = []
      const peer = createPeer({ onEvent: ({ event, data }) => peerEvents.push({ type: event || 'message', data }) })
      // The peer holds a lone CR at the end of a chunk: a comment behind it lets it go.
      peer.feed(`${stream}:\n`)
      expect(read([`${stream}:\n`]).events.map(({ type, data }) => ({ type, data }))).toEqual(peerEvents)
    }),
    { numRuns: 1000 },
  )
})
