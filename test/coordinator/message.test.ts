/** Only what members say to each other gets through to them. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isMessage } from '../../src/coordinator/message.js'

const event = ['message', 'data', '1', true, 0]
const here = (...rest: unknown[]) => ['here', 1, 1, '', 'http://host', '4', ['message'], true, ...rest]

test.each([
  ['a leader', here('', '', null)],
  ['an answer', here('token', '1', [event])],
  ['an answer with nothing', here('token', '1', [])],
  ['events', ['events', 1, [event, event]]],
  ['a question', ['ask', '', '4', 0, -1, ['message']]],
  ['a gap', ['gap', 1]],
  ['a goodbye', ['bye', 1]],
  ['the end', ['end']],
  ["an app's own words", ['app', { any: 'thing' }]],
])('%s is a message of ours', (_what, message) => {
  expect(isMessage(message)).toBe(true)
})

test.each([
  ['a field less', ['gap']],
  ['another kind of field', ['gap', '1']],
  ['a list of something else', ['ask', '', '4', 0, -1, [1]]],
  ['missed events that are none', here('token', '1', [['message']])],
  ['missed events that are no list', here('token', '1', 'text')],
  ['an event that is too short', ['events', 1, [['message', 'data']]]],
  ['an event with a number for data', ['events', 1, [['message', 1, '1', true, 0]]]],
  ['events that are null', ['events', 1, null]],
  ['a kind from the prototype', ['constructor', 1]],
  ['an object', { kind: 'gap', epoch: 1 }],
])('%s is none', (_what, message) => {
  expect(isMessage(message)).toBe(false)
})

test('nothing that may arrive makes it throw', () => {
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withMap: true, withNullPrototype: true }), (value) => {
      expect(isMessage(value)).toBe(false)
      isMessage(here('', '', value))
      isMessage(['events', 1, value])
      isMessage(['events', 1, [value]])
      isMessage([value])
    }),
  )
})
