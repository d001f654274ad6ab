import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import {
  type Channel,
  createChannel,
  createChannelStore,
  createResponse,
  createSession,
  topicsOf,
} from '../../src/server/index.js'
import { open } from './support/reader.js'
import { serve } from './support/serve.js'
import { until } from './support/until.js'
import { watchTimers } from './support/watch-timers.js'

const dataOf = (events: { data: string }[]) => events.map(({ data }) => JSON.parse(data))
const resuming = (lastEventId: string | undefined) => ({ headers: { 'Last-Event-ID': lastEventId ?? '' } })

test('a channel that nobody ever joins closes after its empty time', async () => {
  const channel = createChannel({ emptyTimeout: '20ms' })
  await once(channel, 'closed')
  expect(channel.isClosed).toBe(true)
})

test('a channel stays open while it has a session, and closes some time after the last has left', async () => {
  const channels: Channel[] = []
  const { url } = await serve((request, response) => {
    // Made with its first session, however long that takes to come.
    channels.push(createChannel({ emptyTimeout: 60 }).register(createSession(request, response)))
  })
  const reader = await open(url)
  await new Promise((resolve) => setTimeout(resolve, 150))
  expect(channels[0]?.isClosed).toBe(false)
  reader.close()
  await until(() => channels[0]?.isClosed === true)
})

test('a channel without empty time stays, and one that closed earlier keeps no timer', async () => {
  const timers = watchTimers()
  const [forever, closed] = [createChannel(), createChannel({ emptyTimeout: '10s' })]
  expect(timers.size).toBe(1)
  await closed.close()
  await until(() => timers.size === 0)
  expect(forever.isClosed).toBe(false)
})

test('a process that has nothing else to do waits neither for an empty channel nor for an answer that nobody reads', async () => {
  const waitedFor = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
  const before = waitedFor()
  const store = createChannelStore()
  createResponse(new Request('https://app.test/'), { timeout: '1h' }, (session) => store.get('ada').register(session))
  store.get('bob')
  onTestFinished(() => store.close())
  await until(() => waitedFor() <= before)
})

test('events older than maxAge are forgotten, and a client that would need them is told', async () => {
  const channel = createChannel({ history: { maxAge: 600 } })
  const { url } = await serve((request, response) => {
    channel.register(createSession(request, response))
  })
  channel.broadcast('old', undefined, { eventId: 'old' })
  channel.broadcast('older than allowed', undefined, { eventId: 'expired' })
  await new Promise((resolve) => setTimeout(resolve, 700))
  channel.broadcast('fresh', undefined, { eventId: 'fresh' })
  const [reset] = await (await open(url, resuming('old'))).received(1)
  expect(reset?.event).toBe('reset')
  const inTime = await open(url, resuming('expired'))
  expect(dataOf(await inTime.received(1))).toEqual(['fresh'])
})

test('events expire also where nothing new is broadcast', async () => {
  const channel = createChannel({ history: { maxAge: 40 } })
  const { url } = await serve((request, response) => {
    channel.register(createSession(request, response))
  })
  channel.broadcast('known', undefined, { eventId: 'known' }).broadcast('expires')
  await new Promise((resolve) => setTimeout(resolve, 80))
  const [reset] = await (await open(url, resuming('known'))).received(1)
  expect(reset?.event).toBe('reset')
})

test('no more than maxBytes are remembered', async () => {
  const channel = createChannel({ history: { maxBytes: '2KiB' } })
  const { url } = await serve((request, response) => {
    channel.register(createSession(request, response))
  })
  for (let n = 1; n <= 10; n++) channel.broadcast(`${n}`.padEnd(900, '.'), undefined, { eventId: `n${n}` })
  const [reset] = await (await open(url, resuming('n7'))).received(1)
  expect(reset?.event).toBe('reset')
  expect(dataOf(await (await open(url, resuming('n8'))).received(2)).map(Number.parseFloat)).toEqual([9, 10])
})

test.each([
  [{ maxAge: 'soon' as never }, 'history.maxAge'],
  [{ maxBytes: 0 }, 'history.maxBytes'],
])('a history of %j is refused', (history, message) => {
  expect(() => createChannel({ history })).toThrow(message)
})

test('a session gets the topics that its URL asks for and what has no topic, also when it returns', async () => {
  const channel = createChannel()
  const { url } = await serve((request, response) => {
    const topics = topicsOf(request, { isAllowed: (topic) => topic !== 'secret' })
    channel.register(createSession(request, response), topics ? { topics } : {})
  })
  const [ab, c, all] = [await open(`${url}/?topics=a,b,secret`), await open(`${url}/?topics=c`), await open(url)]
  expect(channel.topicCounts).toEqual({ a: 1, b: 1, c: 1 })
  channel.broadcast('start', undefined, { eventId: 'start' })
  for (const topic of ['a', 'b', 'c', 'secret']) channel.broadcast(topic, undefined, { topic })
  channel.broadcast('end')
  const [forAb, forC] = [
    ['start', 'a', 'b', 'end'],
    ['start', 'c', 'end'],
  ]
  expect(dataOf(await ab.received(4))).toEqual(forAb)
  expect(dataOf(await c.received(3))).toEqual(forC)
  expect(dataOf(await all.received(6))).toEqual(['start', 'a', 'b', 'c', 'secret', 'end'])
  const again = await open(`${url}/?topics=c`, resuming('start'))
  expect(dataOf(await again.received(2))).toEqual(forC.slice(1))
  for (const reader of [ab, c, again]) reader.close()
  await until(() => channel.sessionCount === 1)
  expect(channel.topicCounts).toEqual({})
})

test('topics come from one parameter or several, without doubles, and only so many', () => {
  expect(topicsOf({ url: '/?topics=a,b&x=1&topics=b,%C3%BC,' })).toEqual(['a', 'b', 'ü'])
  expect(topicsOf({ url: '/?topics=' })).toEqual([])
  expect(topicsOf({ url: '/?x=1' })).toBeUndefined()
  expect(topicsOf({ url: '/' })).toBeUndefined()
  expect(() => topicsOf({ url: '/?topics=a,b,c' }, { max: 2 })).toThrow('up to 2 topics, not 3')
})

test('a store makes a channel per key, says who is online, and forgets channels that closed', async () => {
  const store = createChannelStore<{ user: string }>({ emptyTimeout: 50, state: (user) => ({ user }) })
  onTestFinished(() => store.close())
  const { url } = await serve((request, response) => {
    store.get(request.url ?? '').register(createSession(request, response))
  })
  expect(store.broadcast('/ada', 'nobody there')).toBe(false)
  const ada = await open(`${url}/ada`)
  const bob = await open(`${url}/bob`)
  expect([store.size, store.isOnline('/ada'), store.isOnline('/eve')]).toEqual([2, true, false])
  expect(store.find('/ada')?.state.user).toBe('/ada')
  expect(store.broadcast('/ada', 'for ada', undefined, { eventId: '1' })).toBe(true)
  await ada.received(1)
  ada.close()
  await until(() => !store.isOnline('/ada'))
  expect(store.broadcast('/ada', 'while away')).toBe(true)
  const again = await open(`${url}/ada`, resuming('1'))
  expect(dataOf(await again.received(1))).toEqual(['while away'])
  again.close()
  await until(() => store.find('/ada') === undefined)
  expect([...store.entries()].map(([key]) => key)).toEqual(['/bob'])
  expect(bob.events).toEqual([])
  await store.close()
  await until(() => bob.ended)
  expect(store.size).toBe(0)
})

test('a channel made anew for a key does not pretend to know what happened before', async () => {
  const store = createChannelStore()
  onTestFinished(() => store.close())
  const { url } = await serve((request, response) => {
    store.get('room').register(createSession(request, response))
  })
  const first = await open(url)
  store.broadcast('room', 'x')
  const id = (await first.received(1))[0]?.id
  store.broadcast('room', 'lost with the channel')
  await store.find('room')?.close()
  const [reset] = await (await open(url, resuming(id))).received(1)
  expect(reset?.event).toBe('reset')
})
