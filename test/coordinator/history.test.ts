/** What a member remembers, and how much. */
import { expect, test } from 'vitest'
import { eventsAfter, remember, type SharedEvent } from '../../src/coordinator/history.js'

const event = (id: number | string, data = ''): SharedEvent => ['message', data, String(id), true, 0]

test('the events after an id are found, from its last use on', () => {
  const history: SharedEvent[] = []
  for (const id of [1, 2, 1, 3]) remember(history, event(id))
  expect(eventsAfter(history, '1')?.map(([, , id]) => id)).toEqual(['3'])
  expect(eventsAfter(history, '3')).toEqual([])
  expect(eventsAfter(history, '9')).toBeUndefined()
})

test('an event without an id of its own is no place to begin after', () => {
  const history: SharedEvent[] = [event(1), ['message', 'more', '1', false, 0]]
  expect(eventsAfter(history, '1')).toHaveLength(1)
})

test('memory is bounded in events, and the newest stay', () => {
  const history: SharedEvent[] = []
  for (let id = 0; id < 10_000; id++) remember(history, event(id))
  expect(history.length).toBeLessThan(3_000)
  expect(history.length).toBeGreaterThan(1_000)
  expect(history.at(-1)?.[2]).toBe('9999')
})

test('memory is bounded in characters', () => {
  const history: SharedEvent[] = []
  for (let id = 0; id < 3_000; id++) remember(history, event(id, 'x'.repeat(10_000)))
  const characters = history.reduce((sum, [, data]) => sum + data.length, 0)
  expect(characters).toBeLessThan(8_000_000)
})
