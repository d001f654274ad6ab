/** What a member remembers, how much, and what is new to it in what it hears. */
import { expect, test } from 'vitest'
import { findPlace, newsIn, placeOf, remember, type SharedEvent } from '../../src/coordinator/history.js'

const event = (id: number | string, since = 0, data = `${id} ${since}`): SharedEvent => [
  'message',
  data,
  String(id),
  since,
  0,
]
const events = (...ids: number[]) => ids.map((id) => event(id))
/** What the leader sends: where the events follow, and the events. */
const after = (id: number | string, ...ids: number[]) => [placeOf(event(id)), ...events(...ids)]
const ids = (news: SharedEvent[] | undefined) => news?.map(([, , id]) => Number(id))

test('all is new that follows the own place', () => {
  expect(ids(newsIn(after(2, 3, 4), events(1, 2), false))).toEqual([3, 4])
  expect(ids(newsIn(after(2), events(1, 2), false))).toEqual([])
})

test('what is known already is passed over, in one message or in several', () => {
  expect(ids(newsIn(after(1, 2, 3, 4), events(1, 2, 3), false))).toEqual([4])
  expect(ids(newsIn(after(1, 2), events(1, 2, 3), false))).toEqual([])
  expect(ids(newsIn(after(2, 3), events(1, 2, 3), false))).toEqual([])
})

test('what a server that counts anew sends is new, though its id was used before', () => {
  const anew = [placeOf(event(2)), event(1, 0, 'another')]
  expect(newsIn(anew, events(1, 2), false)).toEqual([event(1, 0, 'another')])
  // This member knows 3, which the leader never got.
  expect(newsIn(anew, events(1, 2, 3), false)).toEqual([event(1, 0, 'another')])
})

test('nobody can tell what is new after a place that is not known', () => {
  expect(newsIn(after(7, 8), events(1, 2), false)).toBeUndefined()
})

test('the own place among the events is enough', () => {
  expect(ids(newsIn(after(7, 8, 9), events(8), true))).toEqual([9])
})

test('what the server sends again in other words is known by the id of the own place', () => {
  const again = [placeOf(event(1)), ...[2, 3, 4].map((id) => event(id, 0, `${id} once more`))]
  expect(ids(newsIn(again, events(1, 2, 3), false))).toEqual([4])
})

test('who is lost trusts its last place alone', () => {
  expect(newsIn(after(1, 2), events(1, 2, 3), true)).toBeUndefined()
  expect(ids(newsIn(after(3, 4), events(1, 2, 3), true))).toEqual([4])
})

test('events without ids have places too', () => {
  const history = [event(1), event(1, 1), event(1, 2)]
  expect(newsIn([placeOf(event(1, 1)), event(1, 2), event(1, 3)], history, false)).toEqual([event(1, 3)])
  expect(findPlace(history, event(1, 1))).toBe(1)
  expect(findPlace(history, event(1, 3))).toBe(-1)
})

test('an id that was used twice means its last use', () => {
  expect(findPlace(events(1, 2, 1, 3), event(1))).toBe(2)
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
  for (let id = 0; id < 3_000; id++) remember(history, event(id, 0, 'x'.repeat(10_000)))
  const characters = history.reduce((sum, [, data]) => sum + data.length, 0)
  expect(characters).toBeLessThan(8_000_000)
})

test('memory is bounded though each event is large, and the last place stays', () => {
  const history: SharedEvent[] = []
  for (let id = 0; id < 100; id++) {
    remember(history, event(id, 0, 'x'.repeat(1_000_000)))
    expect(history.length).toBeLessThan(4)
  }
  remember(history, event(100, 0, 'x'.repeat(3_000_000)))
  expect(ids(history)).toEqual([100])
})
