/** Only what members say to each other gets through to them. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Message, readMessage } from '../../src/coordinator/message.js'

const here: Message = {
  kind: 'here',
  epoch: 1,
  state: 1,
  reason: '',
  origin: 'http://host',
  id: '4',
  types: ['message'],
  begins: true,
  to: '',
  events: null,
  first: '',
}
const events: Message = { kind: 'events', epoch: 1, events: [['message', 'data', '1', true, 0]] }

test('a message of ours is read', () => {
  for (const message of [
    here,
    { ...here, events: events.events },
    events,
    { kind: 'end' },
    { kind: 'app', value: 1 },
  ]) {
    expect(readMessage(message)).toBe(message)
  }
})

test.each([
  ['a field less', { ...here, id: undefined }],
  ['another kind of field', { ...here, epoch: '1' }],
  ['a list of something else', { ...here, types: [1] }],
  ['missed events that are none', { ...here, events: [['message']] }],
  ['missed events that are no list', { ...here, events: 'text' }],
  ['an event that is too short', { ...events, events: [['message', 'data']] }],
  ['an event with a number for data', { ...events, events: [['message', 1, '1', true, 0]] }],
  ['a kind from the prototype', { kind: 'constructor' }],
])('%s is none', (_what, message) => {
  expect(readMessage(message)).toBeUndefined()
})

test('nothing that may arrive makes it throw', () => {
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withMap: true, withNullPrototype: true }), (value) => {
      expect(readMessage(value)).toBeUndefined()
      readMessage({ ...here, events: value })
      readMessage({ ...events, events: [value] })
    }),
  )
})
