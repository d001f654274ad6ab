import { EventSource } from 'eventsource'
import { expect, onTestFinished, test } from 'vitest'
import { keepOpen } from '../../src/coordinator/keep-open.js'
import { fetchTransport } from '../../src/coordinator/open-fetch.js'
import type { Plan } from '../../src/coordinator/plan.js'
import { thisWorld } from '../../src/coordinator/world.js'
import {
  createChannel,
  createChannelStore,
  createLimits,
  createMonitor,
  createSession,
  encodeBinary,
  type LimitsOptions,
  type Session,
  stopReconnecting,
} from '../../src/server/index.js'
import { open } from './support/reader.js'
import { serve } from './support/serve.js'
import { until } from './support/until.js'

async function serveLimited(options: LimitsOptions) {
  const limits = createLimits(options)
  const served = await serve((request, response) => {
    const [, channel = '', key = ''] = (request.url ?? '').split('/')
    limits.createSession(request, response, { channel, key })
  })
  return { ...served, limits }
}

test.each([
  [{ total: 2 }, ['/a/ada', '/b/bob'], '/c/eve', 'total', 'on this server'],
  [{ perChannel: 1 }, ['/a/ada', '/b/ada'], '/a/bob', 'channel', 'for this channel'],
  [{ perKey: 2 }, ['/a/ada', '/b/ada', '/b/bob'], '/c/ada', 'key', 'for this client'],
] as const)(
  'with %j, the session too many is refused until one leaves',
  async (options, allowed, refused, name, text) => {
    const { url, limits } = await serveLimited({ ...options, retryAfter: '1500ms' })
    const readers = []
    for (const path of allowed) readers.push(await open(url + path))
    expect(readers.map(({ status }) => status)).toEqual(allowed.map(() => 200))
    const tooMany = await open(url + refused)
    await until(() => tooMany.ended)
    expect([tooMany.status, tooMany.headers['retry-after']]).toEqual([429, '2'])
    expect(tooMany.text).toContain(text)
    expect(limits.refused).toEqual({ total: 0, channel: 0, key: 0, [name]: 1 })
    readers[0]?.close()
    await until(() => limits.sessionCount === allowed.length - 1)
    expect((await open(url + refused)).status).toBe(200)
  },
)

test.each([[{ total: 0 }], [{ perKey: 1.5 }], [{ perChannel: -1 }], [{ retryAfter: 'soon' as never }]])(
  'limits of %j are refused',
  (options) => {
    expect(() => createLimits(options)).toThrow(Object.keys(options)[0])
  },
)

test('an EventSource that is refused with 429 stays closed, one that gets 204 as well', async () => {
  const { url } = await serveLimited({ total: 1 })
  await open(`${url}/a/ada`)
  const refused = new EventSource(`${url}/a/bob`)
  onTestFinished(() => refused.close())
  await until(() => refused.readyState === EventSource.CLOSED)
  let visits = 0
  const stopped = await serve((_request, response) => {
    visits += 1
    stopReconnecting(response)
  })
  const source = new EventSource(stopped.url)
  onTestFinished(() => source.close())
  await until(() => source.readyState === EventSource.CLOSED)
  expect(visits).toBe(1)
})

test('a coordinator that is refused with 429 waits as long as it is told to, and comes back', async () => {
  const { url, limits } = await serveLimited({ total: 1, retryAfter: '1s' })
  const first = await open(`${url}/a/ada`)
  const plan: Plan = {
    channelName: 'test',
    url: `${url}/a/bob`,
    withCredentials: false,
    retryMs: 10,
    maxReconnectAttempts: 9,
    reconnectOnError: true,
  }
  const lost: string[] = []
  let openedAt = 0
  const startedAt = performance.now()
  const keep = keepOpen(thisWorld, plan, fetchTransport(thisWorld, plan))
  const stream = keep(() => '', [], {
    onOpen: () => {
      openedAt = performance.now()
    },
    onEvents() {},
    onState: (state, reason) => lost.push(`${state}: ${reason}`),
  })
  onTestFinished(() => stream.close())
  await until(() => limits.refused.total === 1)
  first.close()
  await until(() => openedAt > 0)
  expect(openedAt - startedAt).toBeGreaterThanOrEqual(990)
  expect(lost).toEqual(['-1: The server answered 429'])
})

test('dismiss sends the disconnect event and ends the stream', async () => {
  const sessions: Session[] = []
  const { url } = await serve((request, response) => {
    sessions.push(createSession(request, response))
  })
  const reader = await open(url)
  await sessions[0]?.dismiss('signed out')
  await until(() => reader.ended)
  expect(reader.events).toEqual([{ id: undefined, event: 'disconnect', data: '"signed out"' }])
})

test('bytes travel as base64, also those of a view into a larger buffer', () => {
  const all = Uint8Array.from([0, 255, 128, 13, 10])
  expect(Buffer.from(encodeBinary(all), 'base64')).toEqual(Buffer.from(all))
  expect(Buffer.from(encodeBinary(all.subarray(1, 3)), 'base64')).toEqual(Buffer.from([255, 128]))
  expect(Buffer.from(encodeBinary(all.buffer), 'base64')).toEqual(Buffer.from(all))
})

test('a topic may be called whatever a client likes', async () => {
  const channel = {
    sessionCount: 1,
    topicCounts: Object.fromEntries([
      ['constructor', 1],
      ['__proto__', 2],
    ]),
  }
  const rooms = {
    entries: (): [string, typeof channel][] => [
      ['a', channel],
      ['b', channel],
    ],
  }
  const monitor = createMonitor({ stores: { rooms } })
  const { topics } = monitor.connections().channels.rooms ?? {}
  expect(Object.entries(topics ?? {})).toEqual([
    ['constructor', 2],
    ['__proto__', 4],
  ])
  const text = await monitor.respond(new Request('http://host/', { headers: { Accept: 'text/plain' } })).text()
  expect(text).toContain('sse_topic_sessions{channel="rooms",topic="constructor"} 2\n')
  expect(text).toContain('sse_topic_sessions{channel="rooms",topic="__proto__"} 4\n')
})

test('the monitor counts by channel and topic, and forgets who left', async () => {
  const news = createChannel()
  const users = createChannelStore()
  onTestFinished(() => users.close())
  const limits = createLimits({ perKey: 1 })
  const monitor = createMonitor({ channels: { 'ne"ws\n': news }, stores: { users }, limits })
  const before = monitor.connections()
  const { url } = await serve((request, response) => {
    if (request.url === '/metrics') return monitor.handler(request, response)
    const session = limits.createSession(request, response, { key: request.url ?? '' })
    if (!session) return
    news.register(session, { topics: ['a', 'b'] })
    users.get(request.url ?? '').register(session)
  })
  const readers = [await open(`${url}/ada`), await open(`${url}/bob`), await open(`${url}/bob`)]
  expect(readers.map(({ status }) => status)).toEqual([200, 200, 429])
  const now = await (await fetch(`${url}/metrics`)).json()
  expect(now).toEqual({
    ...before,
    sessions: before.sessions + 2,
    opened: before.opened + 2,
    refused: { total: 0, channel: 0, key: 1 },
    channels: {
      'ne"ws\n': { sessions: 2, topics: { a: 2, b: 2 } },
      users: { sessions: 2, topics: {}, channels: 2 },
    },
  })
  const metrics = await fetch(`${url}/metrics`, { headers: { Accept: 'application/openmetrics-text' } })
  expect(metrics.headers.get('content-type')).toContain('application/openmetrics-text; version=1.0.0')
  const text = await metrics.text()
  expect(text).toContain(
    `# TYPE sse_sessions gauge\n# HELP sse_sessions Event streams open now.\nsse_sessions ${now.sessions}\n`,
  )
  expect(text).toContain('sse_sessions_refused_total{limit="key"} 1\n')
  expect(text).toContain('sse_topic_sessions{channel="ne\\"ws\\n",topic="a"} 2\n')
  expect(text.endsWith('\n# EOF\n')).toBe(true)
  const viaFetch = monitor.respond(new Request(url, { headers: { Accept: 'application/json' } }))
  expect(await viaFetch.json()).toEqual(now)
  for (const reader of readers) reader.close()
  await until(() => monitor.connections().sessions === before.sessions)
  expect(news.topicCounts).toEqual({})
})
