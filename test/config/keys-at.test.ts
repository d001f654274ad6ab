import { expect, test } from 'vitest'
import { keysAt } from '../../src/config/keys-at.js'
import { createSchema } from '../../src/config/schema.js'

const schema = createSchema(false)

test('the keys of a place are those that its schema judges', () => {
  expect(keysAt(schema, [])).toEqual(expect.arrayContaining(['pages', 'budget', 'failOn']))
  expect(keysAt(schema, ['start'])).toEqual(['command', 'url', 'timeout'])
  expect(keysAt(schema, ['pages', 3, 'steps', 0])).toEqual(['visit', 'click', 'waitFor', 'wait'])
  expect(keysAt(schema, ['pages', 0, 'cookies', 1])).toEqual(['name', 'value'])
  expect(keysAt(schema, ['budget'])).toEqual([
    ...keysAt(schema, ['pages', 0, 'budget']),
    'failoverTime',
    'lostEvents',
    'checks',
  ])
})

test('what is no object has none', () => {
  expect(keysAt(schema, ['tabs'])).toEqual([])
  expect(keysAt(schema, ['failOn'])).toEqual([])
  expect(keysAt(schema, ['nowhere', 'at all'])).toEqual([])
})
