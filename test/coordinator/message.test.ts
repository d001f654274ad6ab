/** Only what members say to each other gets through to them. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isMessage } from '../../src/coordinator/message.js'

const place = ['', '', '1', 0, 0]
const event = ['message', 'data', '1', 0, 0]
const lead = (events: unknown, word: unknown = '') => [1, ['message'], events, 1, '', 'http://host', word]
const ask = (types: unknown, events: unknown, word: unknown = '') => [0, types, events, 0, '', 'http://host', word]

test.each([
  ['a leader', lead([place])],
  ['events', lead([place, event, event])],
  ['an answer to a newcomer', lead([place, event], '3')],
  ['a gap', lead([place], 'gap')],
  ['a question', ask(['message'], [place])],
  ['the question of a newcomer', ask(['message'], [place], '3')],
])('%s is a message of ours', (_what, message) => {
  expect(isMessage(message)).toBe(true)
})

test.each([
  ['a field less', lead([place]).slice(0, -1)],
  ['another kind of field', lead([place], 1)],
  ['a list of something else', ask([1], [place])],
  ['no types', ask([], [place])],
  ['a question from nowhere', ask(['message'], [])],
  ['events that follow nothing', lead([])],
  ['events with a hole among them', lead(Object.assign([], { 0: place, 2: event }))],
  ['types with a hole among them', ask(Object.assign([], { 0: 'message', 2: 'tick' }), [place])],
  ['an event that is too short', lead([['message', 'data']])],
  ['an event with a number for data', lead([place, ['message', 1, '1', 0, 0]])],
  ['events that are null', lead(null)],
  ['events that are a text', lead('text')],
  ['an object', { epoch: 1, types: ['message'] }],
  ["an app's own words", { type: 'tick', data: 1 }],
])('%s is none', (_what, message) => {
  expect(isMessage(message)).toBe(false)
})

test('nothing that may arrive makes it throw', () => {
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withMap: true, withNullPrototype: true }), (value) => {
      expect(isMessage(value)).toBe(false)
      isMessage(lead(value))
      isMessage(lead([value]))
      isMessage(lead([place], value))
      isMessage(ask(value, value, value))
      isMessage([value])
    }),
  )
})
