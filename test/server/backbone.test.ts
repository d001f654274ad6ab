import { expect, onTestFinished, test } from 'vitest'
import {
  type Backbone,
  createChannel,
  createMemoryBackbone,
  createRedisBackbone,
  createSession,
  type LoggedEvent,
  type Session,
  topicsOf,
} from '../../src/server/index.js'
import { open } from './support/reader.js'
import { noRedis, startRedis } from './support/redis.js'
import { serve } from './support/serve.js'
import { until } from './support/until.js'

/** Makes backbones of several servers that share one log. */
type Make = (maxLength?: number) => Promise<Backbone>

async function memory(): Promise<Make> {
  let shared: Backbone | undefined
  return async (maxLength) => {
    shared ??= createMemoryBackbone(maxLength === undefined ? {} : { maxLength })
    return shared
  }
}

async function redis(): Promise<Make> {
  const server = await startRedis()
  return async (maxLength) => {
    const backbone = await createRedisBackbone({
      redis: server.client(),
      ...(maxLength === undefined ? {} : { maxLength }),
    })
    onTestFinished(() => backbone.close())
    return backbone
  }
}

const dataOf = (events: { data: string }[]) => events.map(({ data }) => JSON.parse(data))
const resuming = (lastEventId: string | undefined) => ({ headers: { 'Last-Event-ID': lastEventId ?? '' } })
const event = (channel: string, data: string) => ({ channel, name: 'message', data, topic: undefined, key: undefined })

/** A server with the channels `red` and `blue` on a backbone; `/red` joins one, `/red+blue` both. */
async function serveChannels(backbone: Backbone) {
  const channels = {
    red: createChannel({ backbone, name: 'red' }),
    blue: createChannel({ backbone, name: 'blue' }),
  }
  const sessions: Session[] = []
  const served = await serve((request, response) => {
    const session = createSession(request, response)
    sessions.push(session)
    const topics = topicsOf(request)
    for (const name of ['red', 'blue'] as const) {
      if (request.url?.includes(name)) channels[name].register(session, topics ? { topics } : {})
    }
  })
  return { ...served, ...channels, sessions }
}

for (const [kind, prepare] of [
  ['memory', memory],
  ['Redis', redis],
] as const) {
  const it = test.skipIf(kind === 'Redis' && noRedis)

  it(`${kind}: a log delivers each channel its events, in order, to every server`, async () => {
    const make = await prepare()
    const [one, other] = [await make(), await make()]
    const seen: LoggedEvent[] = []
    const unsubscribe = other.subscribe('a', { onEvent: (logged) => seen.push(logged), onLost: () => {} })
    const full = { channel: 'a', name: 'n', data: 'ü\n', topic: 't', key: 'k' }
    const ids = [await one.publish(full), await one.publish(event('b', '2')), await one.publish(event('a', '3'))]
    await until(() => seen.length === 2)
    expect(seen).toEqual([
      { ...full, id: ids[0] },
      { ...event('a', '3'), id: ids[2] },
    ])
    expect(other.position).toBe(ids[2])
    expect(one.isAfter(ids[2] ?? '', ids[0] ?? '')).toBe(true)
    expect(one.isAfter(ids[0] ?? '', ids[0] ?? '')).toBe(false)
    expect(one.isAfter('foreign', ids[0] ?? '')).toBe(false)
    unsubscribe()
    await one.publish(event('a', '4'))
    await until(() => other.position !== ids[2])
    expect(seen).toHaveLength(2)
  })

  it(`${kind}: a log tells what came after an id, and when it cannot`, async () => {
    const make = await prepare()
    const log = await make()
    expect(await log.missedSince(log.position)).toEqual([])
    const beginning = log.position
    const ids: string[] = []
    for (let n = 1; n <= 5; n++) ids.push(await log.publish(event('a', String(n))))
    await until(() => log.position === ids[4])
    expect((await log.missedSince(ids[1] ?? ''))?.map(({ data }) => data)).toEqual(['3', '4', '5'])
    expect((await log.missedSince(beginning))?.map(({ data }) => data)).toEqual(['1', '2', '3', '4', '5'])
    expect(await log.missedSince(ids[4] ?? '')).toEqual([])
    for (const id of ['foreign', '', `${ids[0]}0`, ids[0]?.replace(/^./, '!') ?? '']) {
      expect(await log.missedSince(id), id).toBeUndefined()
    }
  })

  it(`${kind}: what has left the history is not replayed as if nothing had happened`, async () => {
    const make = await prepare()
    const log = await make(100)
    const beginning = log.position
    const first = await log.publish(event('a', 'first'))
    let last = first
    for (let n = 0; n < 400; n++) last = await log.publish(event('a', String(n)))
    await until(() => log.position === last)
    expect(await log.missedSince(first)).toBeUndefined()
    expect(await log.missedSince(beginning)).toBeUndefined()
    expect(await log.missedSince(last)).toEqual([])
  })

  it(`${kind}: a client resumes on another server, in all its channels, from its one last event ID`, async () => {
    const make = await prepare()
    const [one, other] = [await serveChannels(await make()), await serveChannels(await make())]
    const reader = await open(`${one.url}/red+blue`)
    await one.red.publish('r1')
    await other.blue.publish('b1', 'note')
    await reader.received(2)
    reader.close()
    await one.blue.publish('b2')
    await other.red.publish('r2')
    await one.blue.publish('b3')
    const again = await open(`${other.url}/red+blue`, resuming(reader.events.at(-1)?.id))
    await again.received(3)
    await other.red.publish('r3')
    await again.received(4)
    expect(dataOf(again.events)).toEqual(['b2', 'r2', 'b3', 'r3'])
    const [reset] = await (await open(`${one.url}/red+blue`, resuming('unknown'))).received(1)
    expect(reset?.event).toBe('reset')
    const afterReset = await open(`${other.url}/red`, resuming(reset?.id))
    await one.red.publish('r4')
    await afterReset.received(1)
    expect(dataOf(afterReset.events)).toEqual(['r4'])
  })

  it(`${kind}: no event is lost or doubled by clients that change servers in a storm of events`, async () => {
    const make = await prepare()
    const servers = [await serveChannels(await make()), await serveChannels(await make())]
    let sent = 0
    const storm = setInterval(() => {
      for (let n = 0; n < 5; n++) servers[sent % 2]?.red.broadcast(++sent, undefined, { topic: 'x' })
    }, 1)
    onTestFinished(() => clearInterval(storm))
    const seen: { id: string | undefined; data: string }[] = []
    for (let visit = 0; visit < 20; visit++) {
      const reader = await open(`${servers[visit % 2]?.url}/red?topics=x`, resuming(seen.at(-1)?.id))
      await reader.received(visit * 2 + 1)
      reader.close()
      seen.push(...reader.events.map(({ id, data }) => ({ id, data })))
      expect(reader.events.every((one) => one.event === undefined)).toBe(true)
    }
    clearInterval(storm)
    const log = await make()
    await until(() => log.position !== seen[0]?.id)
    const all = (await log.missedSince(seen[0]?.id ?? '')) ?? []
    const ids = [seen[0]?.id, ...all.map(({ id }) => id)]
    expect(seen.map(({ id }) => id)).toEqual(ids.slice(0, seen.length))
  })

  it(`${kind}: topics travel, ids and filters do not, and bad events reach nobody`, async () => {
    const make = await prepare()
    const [one, other] = [await serveChannels(await make()), await serveChannels(await make())]
    const [a, all] = [await open(`${other.url}/red?topics=a`), await open(`${other.url}/red`)]
    expect(() => one.red.broadcast(1, undefined, { eventId: 'x' })).toThrow('ids are given by its log')
    expect(() => one.red.broadcast(1, undefined, { filter: () => true })).toThrow('a filter cannot travel')
    expect(() => one.red.broadcast(1, 'a\nb')).toThrow('event must not contain a line break')
    await expect(one.red.publish(undefined)).rejects.toThrow('has no text')
    await one.red.publish('for b', undefined, { topic: 'b' })
    await one.red.publish('for a', 'n', { topic: 'a' })
    await all.received(2)
    await a.received(1)
    expect(a.events.map(({ event: name, data }) => [name, data])).toEqual([['n', '"for a"']])
  })
}

test('a client that is ahead of its new server gets nothing twice', async () => {
  const log = createMemoryBackbone()
  let position = log.position
  const late: LoggedEvent[] = []
  let deliver: ((event: LoggedEvent) => void) | undefined
  /** A server that has not yet seen the end of the log. */
  const lagging: Backbone = {
    ...log,
    get position() {
      return position
    },
    publish: log.publish,
    subscribe: (channel, listener) => {
      if (channel === 'red') deliver = listener.onEvent
      return () => {}
    },
    missedSince: async () => [],
  }
  log.subscribe('red', { onEvent: (one) => late.push(one), onLost: () => {} })
  const { url, red } = await serveChannels(lagging)
  const ids = [await log.publish(event('red', '1')), await log.publish(event('red', '2'))]
  const ahead = await open(`${url}/red`, resuming(ids[0]))
  await until(() => red.sessionCount === 1)
  for (const one of late) {
    position = one.id
    deliver?.(one)
  }
  await ahead.received(1)
  expect(ahead.events).toEqual([{ id: ids[1], event: undefined, data: '2' }])
})

test('a backbone that cannot answer sends the client away with its id, one that does not take an event is told of', async () => {
  const log = createMemoryBackbone()
  const broken: Backbone = {
    ...log,
    position: log.position,
    publish: () => Promise.reject(new Error('no log')),
    missedSince: () => Promise.reject(new Error('no log')),
  }
  const { url, red } = await serveChannels(broken)
  const reader = await open(`${url}/red`, resuming('some-id'))
  await until(() => reader.ended)
  expect(reader.events).toEqual([])
  const failed: unknown[] = []
  red.on('publish-failed', (error, data, name) => failed.push(String(error), data, name))
  red.broadcast('x')
  await until(() => failed.length === 3)
  expect(failed).toEqual(['Error: no log', 'x', 'message'])
  await expect(red.publish('x')).rejects.toThrow('no log')
})

test('an event that a listener failed at is published all the same, and the failure told as uncaught', async () => {
  const told: string[] = []
  const others = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException').on('uncaughtException', (error) => told.push(String(error)))
  onTestFinished(() => {
    process.removeAllListeners('uncaughtException')
    for (const listener of others) process.on('uncaughtException', listener)
  })
  const { red } = await serveChannels(createMemoryBackbone())
  const failed: unknown[] = []
  red.on('publish-failed', (error) => failed.push(error))
  red.on('broadcast', () => {
    throw new Error('cannot count')
  })
  await expect(red.publish('x')).resolves.toEqual(expect.any(String))
  red.broadcast('x')
  await until(() => told.length === 2)
  expect(told).toEqual(['Error: cannot count', 'Error: cannot count'])
  expect(failed).toEqual([])
})

test('a channel on a backbone has a name and no history of its own', () => {
  const backbone = createMemoryBackbone()
  expect(() => createChannel({ backbone })).toThrow('has a name')
  expect(() => createChannel({ backbone, name: 'x', history: { size: 1 } })).toThrow('no history of its own')
  expect(() => createMemoryBackbone({ maxLength: 0 })).toThrow('maxLength is a number of events')
})

test.skipIf(noRedis)(
  'Redis restarted with its data: streams stay, events flow again, nobody is told to reset',
  async () => {
    const server = await startRedis()
    const backbone = await createRedisBackbone({ redis: server.client({ maxRetriesPerRequest: null }) })
    onTestFinished(() => backbone.close())
    const { url, red, sessions } = await serveChannels(backbone)
    const reader = await open(`${url}/red`)
    await red.publish(1)
    await reader.received(1)
    await server.kill()
    red.broadcast('while away')
    await server.start()
    await red.publish('back')
    await reader.received(3)
    expect(dataOf(reader.events)).toEqual([1, 'while away', 'back'])
    expect(sessions[0]?.isConnected).toBe(true)
    const again = await open(`${url}/red`, resuming(reader.events[0]?.id))
    expect(dataOf(await again.received(2))).toEqual(['while away', 'back'])
  },
)

test.skipIf(noRedis)(
  'Redis restarted without its data: who is connected and who returns is told, and can resume again',
  async () => {
    const server = await startRedis()
    const errors: unknown[] = []
    const backbone = await createRedisBackbone({
      redis: server.client({ maxRetriesPerRequest: null }),
      onError: (error) => errors.push(error),
    })
    onTestFinished(() => backbone.close())
    const { url, red } = await serveChannels(backbone)
    const reader = await open(`${url}/red`)
    await red.publish(1)
    await reader.received(1)
    await server.kill()
    await server.start({ forget: true })
    await reader.received(2)
    expect(reader.events[1]?.event).toBe('reset')
    expect(JSON.parse(reader.events[1]?.data ?? '')).toEqual({ reason: 'lost', lastEventId: '' })
    await red.publish('fresh')
    await reader.received(3)
    const late = await open(`${url}/red`, resuming(reader.events[0]?.id))
    expect((await late.received(1))[0]?.event).toBe('reset')
    const resumed = await open(`${url}/red`, resuming(reader.events[1]?.id))
    expect(dataOf(await resumed.received(1))).toEqual(['fresh'])
  },
)

test.skipIf(noRedis)('an id that Redis takes for none is answered as any that means nothing', async () => {
  const make = await redis()
  const backbone = await make()
  const { url, red } = await serveChannels(backbone)
  const life = (await red.publish(1)).split(':')[0]
  for (const entry of ['18446744073709551616-0', '99999999999999999999-0', '1-99999999999999999999']) {
    const reader = await open(`${url}/red`, resuming(`${life}:${entry}`))
    expect((await reader.received(1))[0]?.event).toBe('reset')
  }
})

test.skipIf(noRedis)('a Redis backbone that cannot start says so and leaves nothing behind', async () => {
  const server = await startRedis()
  await server.kill()
  const redisClient = server.client({ maxRetriesPerRequest: 0, retryStrategy: () => null })
  await expect(createRedisBackbone({ redis: redisClient })).rejects.toThrow()
  await expect(createRedisBackbone({ redis: redisClient, maxLength: 0 })).rejects.toThrow('maxLength is a number')
})

test.skipIf(noRedis)('closing a Redis backbone ends its reading at once and leaves the given client open', async () => {
  const server = await startRedis()
  const client = server.client()
  const backbone = await createRedisBackbone({ redis: client })
  const before = performance.now()
  await backbone.close()
  await backbone.close()
  expect(performance.now() - before).toBeLessThan(3000) // far from the 5 s that a read may wait
  expect(await client.ping()).toBe('PONG')
})

test.skipIf(noRedis)('replies of the older protocol are understood as well', async () => {
  const server = await startRedis()
  const backbone = await createRedisBackbone({ redis: server.client({ protocol: 2 }) })
  onTestFinished(() => backbone.close())
  const seen: string[] = []
  backbone.subscribe('a', { onEvent: ({ data }) => seen.push(data), onLost: () => {} })
  const beginning = backbone.position
  await backbone.publish(event('a', '1'))
  await until(() => seen.length === 1)
  expect((await backbone.missedSince(beginning))?.map(({ data }) => data)).toEqual(['1'])
})

test.skipIf(noRedis)('a server that ends while Redis is away does not wait for it', async () => {
  const server = await startRedis()
  const errors: unknown[] = []
  const backbone = await createRedisBackbone({
    redis: server.client({ maxRetriesPerRequest: null }),
    onError: (error) => errors.push(error),
  })
  await server.kill()
  await until(() => errors.length > 0)
  await backbone.close()
  const told = errors.length
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(errors).toHaveLength(told)
})
