/** What only shows without a browser of the EventSource interface; the rest is held against the browsers' own. */
import { expect, test } from 'vitest'
import type { MemberListener } from '../../src/coordinator/membership.js'
import { SharedSource } from '../../src/coordinator/shared-source.js'

/** A source, the types that it asks its group for, and what the group may tell it. */
function share(): { source: SharedSource; types: unknown[]; listener: MemberListener; left: () => boolean } {
  const types: unknown[] = []
  let told: MemberListener = {}
  let hasLeft = false
  const source = new SharedSource('http://host/events', undefined, (_url, listener) => {
    told = listener
    return {
      addType: (type) => types.push(type),
      leave() {
        hasLeft = true
      },
    }
  })
  return { source, types, listener: told, left: () => hasLeft }
}

test('without a URL it is a TypeError, as with an EventSource, and nobody joins', () => {
  const open = () =>
    new SharedSource(undefined as never, undefined, () => {
      throw new Error('it joined')
    })
  expect(open).toThrow(TypeError)
  expect(open).toThrow('url must be set')
})

test('a type that is no text is asked for as a text, for others ignore messages with anything else in them', () => {
  const { source, types } = share()
  for (const type of [undefined, null, 5, 'tick']) source.addEventListener(type as string, () => {})
  expect(types).toEqual(['undefined', 'null', '5', 'tick'])
})

test('a handler set before or after a listener has its place among them, and may be taken back', () => {
  const { source, listener } = share()
  const order: string[] = []
  source.addEventListener('open', () => order.push('listener'))
  source.onopen = () => order.push('handler')
  listener.onState?.(1, '')
  source.onopen = null
  expect(source.onopen).toBeNull()
  listener.onState?.(-1, '')
  listener.onState?.(1, '')
  expect(order).toEqual(['listener', 'handler', 'listener'])
})

test('every state is told by the event of the standard, and readyState is there before it', () => {
  const { source, listener } = share()
  const log: string[] = []
  for (const type of ['open', 'error']) source.addEventListener(type, () => log.push(`${type} ${source.readyState}`))
  expect(source.readyState).toBe(0)
  for (const state of [1, -1, -2, 1, 2]) listener.onState?.(state, '')
  expect(log).toEqual(['open 1', 'error 0', 'error 0', 'open 1', 'error 2'])
})

test('an event has what a MessageEvent of a stream has', () => {
  const { source, listener } = share()
  const events: MessageEvent[] = []
  source.onmessage = (event) => events.push(event)
  listener.onEvent?.(['message', 'text', '7', 0, 0], 'http://target')
  const [event] = events
  expect(event).toBeInstanceOf(MessageEvent)
  expect(event).toMatchObject({
    type: 'message',
    data: 'text',
    lastEventId: '7',
    origin: 'http://target',
    bubbles: false,
    cancelable: false,
  })
  expect(event?.ports).toHaveLength(0)
  expect(event?.source).toBeNull()
  expect(event?.target).toBe(source)
})

test('close() leaves the group, and the state is CLOSED at once and without an event', () => {
  const { source, left } = share()
  const log: string[] = []
  source.onerror = () => log.push('error')
  source.close()
  source.close()
  expect(source.readyState).toBe(2)
  expect(left()).toBe(true)
  expect(log).toEqual([])
})

test('a listener is typed as that of an EventSource: an event of the stream has data, an error has none', () => {
  const { source, listener } = share()
  const heard: unknown[] = []
  source.addEventListener('tick', (event) => heard.push(event.data.length))
  // @ts-expect-error: it is an Event, and no MessageEvent
  source.addEventListener('error', (event) => heard.push(event.data))
  listener.onEvent?.(['tick', 'four', '', 1, 0], 'http://host')
  listener.onState?.(-1, '')
  expect(heard).toEqual([4, undefined])
})
