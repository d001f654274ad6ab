import { expect, test } from 'vitest'
import { Demand } from '../../src/proxy/demand.js'
import { createProxy, Ledger, type LimitEvent } from '../../src/proxy/index.js'
import { openStream, startOrigin } from './support/origin.js'
import { get, rawClient } from './support/raw-client.js'
import { until } from './support/until.js'

test('the fifth and the sixth stream of an origin are told, and that there is room again', () => {
  const ledger = new Ledger()
  const told: Pick<LimitEvent, 'level' | 'streaming'>[] = []
  ledger.on('limit', ({ origin, level, streaming }) => {
    expect(origin).toBe('http://app')
    told.push({ level, streaming })
  })
  const open = () => {
    const socket = ledger.openSocket('http://own')
    socket.startRequest({ origin: 'http://app', method: 'GET', url: '/', page: null }).openStream(200)
    return socket
  }
  const sockets = Array.from({ length: 7 }, open)
  expect(told).toEqual([
    { level: 'near', streaming: 5 },
    { level: 'reached', streaming: 6 },
  ])
  for (const socket of sockets) socket.close()
  expect(told.slice(2)).toEqual([
    { level: 'near', streaming: 5 },
    { level: 'free', streaming: 4 },
  ])
})

test('what waits because of the emulated limit is counted, and what gives up is not', async () => {
  await using origin = await startOrigin((_request, response) => openStream(response))
  await using proxy = await createProxy({ target: origin.url, emulateLimit: 1 })
  const waiting = () => proxy.ledger.snapshot().origins.find((entry) => entry.origin === 'http://app.test')?.waiting
  using first = await rawClient(proxy.port, get('/1'))
  await first.receives('event-stream')
  using second = await rawClient(proxy.port, get('/2'))
  using third = await rawClient(proxy.port, get('/3'))
  await until(() => waiting() === 2)
  third.socket.destroy()
  await until(() => waiting() === 1)
  first.socket.destroy()
  await second.receives('event-stream')
  expect(waiting()).toBe(0)
})

test('a WebSocket is counted beside the connections, and a tunnel among them', async () => {
  await using origin = await startOrigin(() => {})
  origin.server.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  })
  origin.server.on('clientError', () => {}) // what is no HTTP stays open
  await using proxy = await createProxy({ forward: true })
  using upgraded = await rawClient(proxy.port, get(origin.url, { connection: 'Upgrade', upgrade: 'websocket' }))
  await upgraded.receives('101')
  using tunnel = await rawClient(proxy.port, `CONNECT localhost:${origin.port} HTTP/1.1\r\nhost: x\r\n\r\n`)
  await tunnel.receives('established')
  tunnel.write(Buffer.from([0x16, 3, 1]))
  const figures = () =>
    proxy.ledger
      .snapshot()
      .origins.map(({ origin: name, sockets, webSockets, tunnels }) => [name, sockets, webSockets, tunnels])
  await until(() => proxy.ledger.snapshot().origins.some(({ tunnels }) => tunnels === 1))
  expect(figures()).toEqual([
    [origin.url, 0, 1, 0],
    [`https://localhost:${origin.port}`, 1, 0, 1],
  ])
  upgraded.socket.destroy()
  await until(() => proxy.ledger.snapshot().origins[0]?.webSockets === 0)
})

test('a stream that goes on from another is told by its last event ID, or by the server having ended that one', async () => {
  await using origin = await startOrigin((request, response) => {
    const stream = openStream(response)
    stream.write('id: 7\ndata: x\n\n')
    if (request.url === '/ends') stream.end()
  })
  await using proxy = await createProxy({ target: origin.url })
  const visit = async (path: string, headers: Record<string, string> = {}) => {
    using client = await rawClient(proxy.port, get(path, { referer: 'http://app.test/page', ...headers }))
    await client.receives('data: x')
    client.socket.destroy()
    await until(() => proxy.ledger.streams().every(({ closedAt }) => closedAt !== null))
    return proxy.ledger.streams().at(-1)
  }
  expect(await visit('/stays')).toMatchObject({ reconnects: 0, resumedAt: null, endedBy: 'client' })
  expect(await visit('/stays')).toMatchObject({ reconnects: 0 }) // a page loaded again begins anew
  expect(await visit('/stays', { 'last-event-id': '7' })).toMatchObject({ reconnects: 1, resumedAt: '7' })
  expect(await visit('/stays', { 'last-event-id': '7' })).toMatchObject({ reconnects: 2 })
  expect(await visit('/stays', { 'last-event-id': '7', referer: 'http://app.test/other' })).toMatchObject({
    reconnects: 0,
  })
  expect(await visit('/ends')).toMatchObject({ reconnects: 0, endedBy: 'server' })
  expect(await visit('/ends')).toMatchObject({ reconnects: 1, endedBy: 'server' })
})

test('demand counts for each client what would run and what would wait, in the order in which it came', () => {
  const demand = new Demand()
  const ends = Array.from({ length: 8 }, (_, index) => demand.begin('a', index))
  demand.begin('b', 8)
  expect(demand.snapshot(10)).toEqual({
    inFlight: 9,
    mostInFlight: 9,
    wouldWait: 2,
    wouldHaveWaited: 2,
    longestWaitMs: 4,
  })
  ends[0]?.(20) // the seventh, in the queue since 6, would begin
  expect(demand.snapshot(30)).toMatchObject({ wouldWait: 1, longestWaitMs: 23 })
  ends[7]?.(31) // ended in the queue
  expect(demand.snapshot(40)).toMatchObject({ inFlight: 7, wouldWait: 0, wouldHaveWaited: 2, longestWaitMs: 24 })
  for (const index of [1, 2, 3, 4, 5, 6]) ends[index]?.(50)
  expect(demand.snapshot(60)).toMatchObject({ inFlight: 1, mostInFlight: 9 })
  expect(new Demand().snapshot(0).longestWaitMs).toBeNull()
})
