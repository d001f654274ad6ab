import { once } from 'node:events'
import { EventSource } from 'eventsource'
import { expect, onTestFinished, test } from 'vitest'
import {
  type Channel,
  type ChannelOptions,
  createChannel,
  createSession,
  type Session,
} from '../../src/server/index.js'
import { open } from './support/reader.js'
import { serve } from './support/serve.js'
import { until } from './support/until.js'

async function serveChannel(options?: ChannelOptions) {
  const channel = createChannel(options)
  const served = await serve((request, response) => {
    channel.register(createSession(request, response, { retry: '1s', state: { path: request.url } }))
  })
  return { ...served, channel }
}

const resuming = (lastEventId: string | undefined) => ({ headers: { 'Last-Event-ID': lastEventId ?? '' } })
const dataOf = (events: { data: string }[]) => events.map(({ data }) => JSON.parse(data))

/** Broadcasts 1, 2, 3 … with ids of the channel's own, and answers those ids. */
function broadcastNumbers(channel: Channel, from: number, to: number): string[] {
  const ids: string[] = []
  const note = (_data: unknown, _name: string, id: string) => ids.push(id)
  channel.on('broadcast', note)
  for (let n = from; n <= to; n++) channel.broadcast(n)
  channel.off('broadcast', note)
  return ids
}

test('all members get the same event with the same unique id', async () => {
  const { url, channel } = await serveChannel()
  const readers = [await open(url), await open(url), await open(url)]
  expect(channel.sessionCount).toBe(3)
  channel.broadcast({ n: 1 }).broadcast({ n: 2 }, 'note')
  for (const reader of readers) await reader.received(2)
  const [first, second] = readers[0]?.events ?? []
  expect(first).toMatchObject({ event: undefined, data: '{"n":1}' })
  expect(second).toMatchObject({ event: 'note', data: '{"n":2}' })
  expect(first?.id).not.toBe(second?.id)
  for (const reader of readers) expect(reader.events).toEqual(readers[0]?.events)
})

test('events of one tick, from several channels and the session itself, keep their order and leave in one write', async () => {
  const [red, blue] = [createChannel(), createChannel()]
  const sessions: Session[] = []
  const { url } = await serve((request, response) => {
    const session = createSession(request, response)
    sessions.push(session)
    red.register(session)
    if (request.url === '/both') blue.register(session)
  })
  const both = await open(`${url}/both`)
  const one = await open(`${url}/red`)
  await until(() => both.chunks.length === 1)
  red.broadcast(1)
  sessions[0]?.push(2)
  blue.broadcast(3)
  red.broadcast(4)
  sessions[0]?.push(5)
  await both.received(5)
  await one.received(2)
  expect(dataOf(both.events)).toEqual([1, 2, 3, 4, 5])
  expect(dataOf(one.events)).toEqual([1, 4])
  expect(both.chunks).toHaveLength(2)
})

test('a filter chooses who gets an event, also when it is replayed', async () => {
  const { url, channel } = await serveChannel()
  const [a, b] = [await open(`${url}/a`), await open(`${url}/b`)]
  const [start] = broadcastNumbers(channel, 0, 0)
  channel.broadcast('for a', undefined, { filter: (session) => session.state.path === '/a' })
  channel.broadcast('for all')
  await a.received(3)
  await b.received(2)
  expect(dataOf(b.events)).toEqual([0, 'for all'])
  const [a2, b2] = [await open(`${url}/a`, resuming(start)), await open(`${url}/b`, resuming(start))]
  await a2.received(2)
  await b2.received(1)
  expect(dataOf(a2.events)).toEqual(['for a', 'for all'])
  expect(dataOf(b2.events)).toEqual(['for all'])
})

test('a filter that throws keeps the event from nobody else', async () => {
  const { url, channel } = await serveChannel()
  const readers = [await open(`${url}/a`), await open(`${url}/b`), await open(`${url}/c`)]
  const filter = (session: Session) => {
    if (session.state.path === '/b') throw new Error('cannot tell')
    return true
  }
  expect(() => channel.broadcast('x', undefined, { filter })).toThrow('cannot tell')
  await readers[0]?.received(1)
  await readers[2]?.received(1)
})

test('a client that returns gets what it missed and then what is new, as one write and in order', async () => {
  const { url, channel } = await serveChannel()
  const ids = broadcastNumbers(channel, 1, 5)
  const { url: url2 } = await serve((request, response) => {
    channel.register(createSession(request, response, { retry: false }))
    broadcastNumbers(channel, 6, 7)
  })
  const reader = await open(url2, resuming(ids[1]))
  await reader.received(5)
  expect(dataOf(reader.events)).toEqual([3, 4, 5, 6, 7])
  expect(reader.chunks).toHaveLength(1)
  const again = await open(url, resuming(reader.events.at(-1)?.id))
  channel.broadcast(8)
  await again.received(1)
  expect(dataOf(again.events)).toEqual([8])
})

test('the history is read as it was when the client joined, whatever is broadcast in the same tick', async () => {
  const channel = createChannel({ history: { size: 3 } })
  const ids = broadcastNumbers(channel, 1, 3)
  const { url } = await serve((request, response) => {
    channel.register(createSession(request, response))
    broadcastNumbers(channel, 4, 20)
  })
  const reader = await open(url, resuming(ids[0]))
  await reader.received(19)
  expect(dataOf(reader.events)).toEqual(Array.from({ length: 19 }, (_, n) => n + 2))
})

test('no event is lost or doubled by clients that come and go in a storm of events', async () => {
  const { url, channel } = await serveChannel({ history: { size: 100_000 } })
  let sent = 0
  const storm = setInterval(() => {
    broadcastNumbers(channel, sent + 1, sent + 20)
    sent += 20
  }, 1)
  onTestFinished(() => clearInterval(storm))
  const seen: number[] = []
  const first = await open(url)
  await first.received(1)
  first.close()
  seen.push(...dataOf(first.events))
  let lastId = first.events.at(-1)?.id
  for (let visit = 0; visit < 20; visit++) {
    const reader = await open(url, resuming(lastId))
    await reader.received(visit * 3 + 1)
    reader.close()
    seen.push(...dataOf(reader.events))
    lastId = reader.events.at(-1)?.id
  }
  clearInterval(storm)
  expect(seen).toEqual(Array.from(seen, (_, n) => (seen[0] ?? 0) + n))
})

test('npm eventsource resumes by itself after its connection was cut', async () => {
  const { url, channel, server } = await serveChannel()
  const source = new EventSource(url)
  onTestFinished(() => source.close())
  const seen: number[] = []
  source.onmessage = ({ data }) => seen.push(JSON.parse(data))
  await until(() => channel.sessionCount === 1)
  broadcastNumbers(channel, 1, 3)
  await until(() => seen.length === 3)
  server.closeAllConnections()
  await until(() => channel.sessionCount === 0)
  broadcastNumbers(channel, 4, 6)
  await until(() => channel.sessionCount === 1)
  broadcastNumbers(channel, 7, 8)
  await until(() => seen.length >= 8)
  expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
})

test('ids of the caller are found by equality: 10 comes after 9', async () => {
  const { url, channel } = await serveChannel()
  for (let n = 1; n <= 12; n++) channel.broadcast(n, undefined, { eventId: String(n) })
  const reader = await open(url, resuming('9'))
  await reader.received(3)
  expect(reader.events.map(({ id }) => id)).toEqual(['10', '11', '12'])
})

test('an unknown id gives a reset event, whose own id resumes from there', async () => {
  const { url, channel } = await serveChannel()
  broadcastNumbers(channel, 1, 3)
  const reader = await open(url, resuming('nobody-knows'))
  const [reset] = await reader.received(1)
  expect(reset?.event).toBe('reset')
  expect(JSON.parse(reset?.data ?? '')).toEqual({ reason: 'unknown-id', lastEventId: 'nobody-knows' })
  broadcastNumbers(channel, 4, 5)
  await reader.received(3)
  const again = await open(url, resuming(reset?.id))
  await again.received(2)
  expect(dataOf(again.events)).toEqual([4, 5])
})

test('a reset in a channel without any event yet can be resumed from as well', async () => {
  const { url, channel } = await serveChannel()
  const [reset] = await (await open(url, resuming('of-another-server'))).received(1)
  channel.broadcast('first')
  const again = await open(url, resuming(reset?.id))
  await again.received(1)
  expect(dataOf(again.events)).toEqual(['first'])
})

test('an id whose successors have left the history gives a reset that says so', async () => {
  const { url, channel } = await serveChannel({ history: { size: 3 } })
  const ids = broadcastNumbers(channel, 1, 6)
  const late = await open(url, resuming(ids[1]))
  const [reset] = await late.received(1)
  expect(JSON.parse(reset?.data ?? '')).toEqual({ reason: 'expired', lastEventId: ids[1] })
  const inTime = await open(url, resuming(ids[2]))
  await inTime.received(3)
  expect(dataOf(inTime.events)).toEqual([4, 5, 6])
})

test('the same with ids of the caller, down to the event that was forgotten last', async () => {
  const { url, channel } = await serveChannel({ history: { size: 3 } })
  for (let n = 1; n <= 6; n++) channel.broadcast(n, undefined, { eventId: `own-${n}` })
  const inTime = await open(url, resuming('own-3'))
  await inTime.received(3)
  expect(dataOf(inTime.events)).toEqual([4, 5, 6])
  const [reset] = await (await open(url, resuming('own-2'))).received(1)
  expect(reset).toMatchObject({ event: 'reset', id: 'own-6' })
})

test('a history of size 0 remembers nothing, and says so', async () => {
  const { url, channel } = await serveChannel({ history: { size: 0 } })
  const ids = broadcastNumbers(channel, 1, 2)
  const [reset] = await (await open(url, resuming(ids[0]))).received(1)
  expect(reset?.event).toBe('reset')
  const current = await open(url, resuming(ids[1]))
  channel.broadcast(3)
  await current.received(1)
  expect(dataOf(current.events)).toEqual([3])
})

test('500 events are remembered by default', async () => {
  const { url, channel } = await serveChannel()
  const ids = broadcastNumbers(channel, 1, 600)
  const reader = await open(url, resuming(ids[99]))
  await reader.received(500)
  expect(dataOf(reader.events)).toEqual(Array.from({ length: 500 }, (_, n) => n + 101))
})

test('a session in several channels resumes in all of them from its one last event ID', async () => {
  const [red, blue] = [createChannel(), createChannel()]
  const { url } = await serve((request, response) => {
    const session = createSession(request, response)
    red.register(session)
    blue.register(session)
  })
  red.broadcast('r1')
  const first = await open(url)
  blue.broadcast('b1')
  red.broadcast('r2')
  await first.received(2)
  first.close()
  await until(() => red.sessionCount === 0)
  blue.broadcast('b2')
  red.broadcast('r3')
  blue.broadcast('b3')
  const again = await open(url, resuming(first.events.at(-1)?.id))
  await again.received(3)
  expect(dataOf(again.events)).toEqual(['b2', 'r3', 'b3'])
  const [reset, ...more] = await (await open(url, resuming('unknown'))).received(1)
  expect(reset?.event).toBe('reset')
  expect(more).toEqual([])
})

test('where two channels gave the same id, an event comes twice rather than never', async () => {
  const [red, blue] = [createChannel(), createChannel()]
  const { url } = await serve((request, response) => {
    const session = createSession(request, response)
    red.register(session)
    blue.register(session)
  })
  red.broadcast('r1', undefined, { eventId: 'same' })
  red.broadcast('r2')
  blue.broadcast('b1', undefined, { eventId: 'same' })
  blue.broadcast('b2')
  const reader = await open(url, resuming('same'))
  expect(dataOf(await reader.received(3))).toEqual(['r2', 'b1', 'b2'])
})

test('a session that ended is no member any more', async () => {
  const { url, channel } = await serveChannel()
  const told: string[] = []
  channel.on('session-registered', () => told.push('registered'))
  channel.on('session-disconnected', () => told.push('disconnected'))
  channel.on('session-deregistered', () => told.push('deregistered'))
  const reader = await open(url)
  await until(() => channel.sessionCount === 1)
  reader.close()
  await until(() => channel.sessionCount === 0)
  expect(told).toEqual(['registered', 'disconnected', 'deregistered'])
})

test('registering twice changes nothing, deregistering keeps the session open', async () => {
  const channel = createChannel()
  const sessions: Session[] = []
  const { url } = await serve((request, response) => {
    const session = createSession(request, response)
    sessions.push(session)
    channel.register(session).register(session)
  })
  const reader = await open(url)
  channel.broadcast('once')
  await reader.received(1)
  const session = sessions[0] as Session
  channel.deregister(session).deregister(session)
  channel.broadcast('not for you')
  session.push('for you')
  await reader.received(2)
  expect(dataOf(reader.events)).toEqual(['once', 'for you'])
  expect([channel.sessionCount, channel.has(session), session.isConnected]).toEqual([0, false, true])
})

test('a session that is not connected is refused', async () => {
  const sessions: Session[] = []
  const { url } = await serve((request, response) => {
    sessions.push(createSession(request, response))
  })
  await open(url)
  await sessions[0]?.close()
  expect(() => createChannel().register(sessions[0] as Session)).toThrow('the session is not active')
})

test.each([
  [{ eventId: 'a\nb' }, 'id must not contain a line break'],
  [{ eventId: 'a\0b' }, 'id must not contain NUL'],
  [{ eventId: '' }, 'eventId must not be empty'],
  [{ eventId: 'x'.repeat(4097) }, 'id must not be longer than 4096 bytes'],
])('a broadcast with %j reaches nobody and is not remembered', async (options, message) => {
  const { url, channel } = await serveChannel()
  const reader = await open(url)
  expect(() => channel.broadcast('x', undefined, options)).toThrow(message)
  const [id] = broadcastNumbers(channel, 1, 1)
  await reader.received(1)
  expect(dataOf(reader.events)).toEqual([1])
  expect(id).toBe(reader.events[0]?.id)
})

test('a session that overflows is removed while the others are served', async () => {
  const { url, channel } = await serveChannel()
  const reader = await open(url)
  const [session] = channel.activeSessions
  channel.broadcast(1, undefined, {
    filter: (member) => {
      if (member === session) void member.close()
      return true
    },
  })
  await until(() => reader.ended)
  expect(channel.sessionCount).toBe(0)
})

test('close ends the sessions, but for those that other channels still write to', async () => {
  const [red, blue] = [createChannel(), createChannel()]
  const { url } = await serve((request, response) => {
    const session = createSession(request, response)
    red.register(session)
    if (request.url === '/both') blue.register(session)
  })
  const [both, one] = [await open(`${url}/both`), await open(`${url}/red`)]
  const closed = once(red, 'closed')
  await Promise.all([red.close(), red.close()])
  await closed
  await until(() => one.ended)
  blue.broadcast('still here')
  await both.received(1)
  expect(() => red.broadcast('x')).toThrow('the channel is closed')
  expect(() => red.register(blue.activeSessions[0] as Session)).toThrow('the channel is closed')
})

test.each([[-1], [1.5], [Number.NaN]])('a history of %d events is refused', (size) => {
  expect(() => createChannel({ history: { size } })).toThrow('history.size')
})
