import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeComment, encodeEvent } from '../../src/sse/encode.js'
import { decodeLastEventId, encodeLastEventId, toHeaderBytes } from '../../src/sse/last-event-id.js'
import { createParser, type ParsedEvent } from '../../src/sse/parse.js'

test('every field is written, and the blank line ends the event', () => {
  expect(encodeEvent({ event: 'tick', id: '4', retry: 2000, data: 'a\r\nb\rc\n' })).toBe(
    'event: tick\nid: 4\nretry: 2000\ndata: a\ndata: b\ndata: c\ndata: \n\n',
  )
})

test('a comment cannot become a field', () => {
  expect(encodeComment('a\ndata: b')).toBe(': a\n: data: b\n\n')
})

test.each([
  [{ event: 'a\ndata: x' }, 'event must not contain a line break'],
  [{ id: '1\r' }, 'id must not contain a line break'],
  [{ id: 'a\0' }, 'id must not contain NUL'],
  [{ retry: 1.5 }, 'retry must be a whole number'],
  [{ retry: -1 }, 'retry must be a whole number'],
])('%o is refused', (fields, words) => {
  expect(() => encodeEvent(fields)).toThrow(words)
})

test('what is written is what is read', () => {
  const singleLine = fc.string({ unit: 'binary' }).map((text) => text.replace(/[\r\n\0]/g, ''))
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), singleLine, singleLine, (data, event, id) => {
      const events: ParsedEvent[] = []
      createParser({ onEvent: (parsed) => events.push(parsed) }).feed(
        encodeComment(data) + encodeEvent({ data, event, id }),
      )
      expect(events).toEqual([
        { type: event || 'message', data: data.replace(/\r\n?/g, '\n'), lastEventId: id, hasId: true },
      ])
    }),
    { numRuns: 1000 },
  )
})

test('a last event ID outside Latin-1 survives the header', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (id) => {
      const value = encodeLastEventId(id)
      expect(value).toMatch(/^[\0-\xFF]*$/)
      expect(decodeLastEventId(value)).toBe(id)
    }),
  )
})

test('half a surrogate pair in a header becomes U+FFFD, as the encoder of the platform has it', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '\ud83d', '\ude00', '€') }), (id) => {
      expect(Buffer.from(toHeaderBytes(id), 'latin1')).toEqual(Buffer.from(id))
    }),
  )
})
