import { setTimeout as wait } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { OriginSnapshot, StreamSnapshot } from '../../src/evidence/ledger.js'
import { InUsePeak } from '../../src/proxy/in-use-peak.js'
import { createProxy, Ledger, type StreamEvent } from '../../src/proxy/index.js'
import { openStream, startOrigin } from './support/origin.js'
import { asStream, get, rawClient } from './support/raw-client.js'
import { until } from './support/until.js'

const figures = ({ origin, sockets, streaming, busy, idle }: OriginSnapshot) => ({
  origin,
  sockets,
  streaming,
  busy,
  idle,
})

test('eight streams, a waiting request, a kept connection and a silent one are told apart', async () => {
  await using origin = await startOrigin((request, response) => {
    if (request.url === '/ok') response.end('ok')
    else if (request.url !== '/never') openStream(response)
  })
  await using proxy = await createProxy({ target: origin.url })
  const clients = await Promise.all(Array.from({ length: 8 }, (_, index) => rawClient(proxy.port, get(`/s?${index}`))))
  await Promise.all(clients.map((client) => client.receives('event-stream')))
  using idle = await rawClient(proxy.port, get('/ok'))
  await idle.receives('ok')
  using busy = await rawClient(proxy.port, get('/never'))
  using silent = await rawClient(proxy.port)
  await until(() => origin.requests.length === 10 && proxy.ledger.snapshot().origins.length === 2)

  expect(proxy.ledger.snapshot().origins.map(figures)).toEqual(
    expect.arrayContaining([
      { origin: 'http://app.test', sockets: 10, streaming: 8, busy: 1, idle: 1 },
      { origin: proxy.url, sockets: 1, streaming: 0, busy: 0, idle: 1 },
    ]),
  )
  await wait(25)
  const [named] = proxy.ledger.snapshot().origins.filter(({ origin }) => origin === 'http://app.test')
  expect(named?.mostInUse).toBeGreaterThanOrEqual(9)
  expect(named?.streams.map(({ url }) => url)).toEqual(Array.from({ length: 8 }, (_, index) => `/s?${index}`))

  for (const client of [...clients, busy, silent, idle]) client.socket.destroy()
  await until(() => proxy.ledger.snapshot().origins.every(({ sockets }) => sockets === 0))
  // The own address was counted for while a connection was silent; no request ever named it.
  expect(proxy.ledger.snapshot().origins.map(({ origin }) => origin)).toEqual(['http://app.test'])
  expect(proxy.ledger.streams().map(({ number, closedAt }) => [number, closedAt !== null])).toEqual(
    Array.from({ length: 8 }, (_, index) => [index + 1, true]),
  )
})

test('requests on a kept connection count as one socket', async () => {
  await using origin = await startOrigin((_request, response) => response.end('ok'))
  await using proxy = await createProxy({ target: origin.url })
  const heard: string[] = []
  proxy.ledger.on('socket-opened', ({ socket }) => heard.push(`opened ${socket}`))
  proxy.ledger.on('request-started', ({ socket, method, url }) => heard.push(`${socket} ${method} ${url}`))
  proxy.ledger.on('request-finished', ({ socket, url }) => heard.push(`${socket} done ${url}`))
  proxy.ledger.on('socket-closed', ({ socket, origin }) => heard.push(`closed ${socket} ${origin}`))
  using client = await rawClient(proxy.port, get('/1'))
  await client.receives('ok')
  client.write(get('/2'))
  await client.receives(/ok.*ok/s)
  expect(proxy.ledger.snapshot().origins.map(figures)).toEqual([
    { origin: 'http://app.test', sockets: 1, streaming: 0, busy: 0, idle: 1 },
  ])
  client.socket.destroy()
  await until(() => heard.length === 6)
  expect(heard).toEqual(['opened 1', '1 GET /1', '1 done /1', '1 GET /2', '1 done /2', 'closed 1 http://app.test'])
})

test.each([{}, asStream])(
  'with %j the tap counts events, bytes, ids, comments, gaps and the reconnection time',
  async (headers) => {
    const parts = [
      'retry: 1500\n\n',
      'id: 7\ndata: a\n\n',
      ': beat\n\n',
      'event: tick\ndata: b\n\nid: 8\nda',
      'ta: c\r\n\r\n',
      ': beat\n\n',
      ': beat\n\n',
    ]
    await using origin = await startOrigin(async (_request, response) => {
      openStream(response, { 'content-type': 'Text/Event-Stream; charset=utf-8' })
      for (const part of parts) {
        response.write(part)
        await wait(20)
      }
    })
    await using proxy = await createProxy({ target: origin.url })
    const opened: StreamSnapshot[] = []
    const events: StreamEvent[] = []
    proxy.ledger.on('stream-opened', (stream) => opened.push(stream))
    proxy.ledger.on('stream-event', (event) => events.push(event))
    const before = performance.timeOrigin + performance.now()
    using client = await rawClient(proxy.port, get('/events?room=1', { referer: 'http://app.test/page', ...headers }))
    await client.receives(/(: beat.*){3}/s)
    await until(() => proxy.ledger.streams()[0]?.comments === 3)

    expect(opened).toMatchObject([
      { number: 1, url: '/events?room=1', page: 'http://app.test/page', status: 200, events: 0 },
    ])
    expect(events.map(({ stream, id, type }) => ({ stream, id, type }))).toEqual([
      { stream: 1, id: '7', type: 'message' },
      { stream: 1, id: null, type: 'tick' },
      { stream: 1, id: '8', type: 'message' },
    ])
    expect(events.every(({ at }) => at > before && at < before + 10_000)).toBe(true)
    const [stream] = proxy.ledger.streams()
    expect(stream).toMatchObject({
      events: 3,
      bytes: parts.join('').length,
      lastEventId: '8',
      retryMs: 1500,
      comments: 3,
      closedAt: null,
    })
    expect(stream?.lastEventAt).toBe(events[2]?.at)
    expect(stream?.largestGapMs).toBeGreaterThan(15)
    expect(stream?.heartbeatMs).toBeGreaterThan(15)
  },
)

test('what was not measured is null', async () => {
  await using origin = await startOrigin((_request, response) => openStream(response))
  await using proxy = await createProxy({ target: origin.url })
  using client = await rawClient(proxy.port, get('/'))
  await client.receives('event-stream')
  expect(proxy.ledger.streams()).toMatchObject([
    {
      page: null,
      lastEventId: null,
      lastEventAt: null,
      largestGapMs: null,
      heartbeatMs: null,
      retryMs: null,
      events: 0,
    },
  ])
})

test.each([{}, asStream])('with %j an encoded stream passes untouched and is counted in bytes', async (headers) => {
  const body = gzipSync('data: a\n\n')
  await using origin = await startOrigin((_request, response) =>
    openStream(response, { 'content-encoding': 'gzip' }).write(body),
  )
  await using proxy = await createProxy({ target: origin.url })
  using client = await rawClient(proxy.port, get('/', headers))
  await client.receives(body.toString('latin1'))
  expect(proxy.ledger.streams()).toMatchObject([{ bytes: body.length, events: 0 }])
})

test('of a stream that says that it is encoded as none the events are seen', async () => {
  await using origin = await startOrigin((_request, response) =>
    openStream(response, { 'content-encoding': 'none' }).write('data: a\n\n'),
  )
  await using proxy = await createProxy({ target: origin.url })
  using client = await rawClient(proxy.port, get('/'))
  await client.receives('data: a')
  expect(proxy.ledger.streams()).toMatchObject([{ events: 1 }])
})

test('bytes pass unchanged, whatever they are', async () => {
  const body = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7919) % 256))
  await using origin = await startOrigin((_request, response) => openStream(response).end(body))
  await using proxy = await createProxy({ target: origin.url })
  const answer = await fetch(proxy.url)
  expect(Buffer.from(await answer.arrayBuffer()).equals(body)).toBe(true)
})

test.each([{}, asStream])('with %j a listener that throws does not disturb the stream', async (headers) => {
  await using origin = await startOrigin((_request, response) => openStream(response).write('data: 1\n\ndata: 2\n\n'))
  await using proxy = await createProxy({ target: origin.url })
  const warnings: string[] = []
  const onWarning = (warning: Error) => warnings.push(warning.message)
  process.on('warning', onWarning)
  proxy.ledger.on('stream-event', () => {
    throw new Error('a fault in a listener')
  })
  using client = await rawClient(proxy.port, get('/', headers))
  await client.receives('data: 2')
  expect(proxy.ledger.streams()).toMatchObject([{ events: 2 }])
  await until(() => warnings.length === 2)
  process.off('warning', onWarning)
  expect(warnings).toEqual(['a fault in a listener', 'a fault in a listener'])
})

test('an answer to HEAD is no stream', async () => {
  await using origin = await startOrigin((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end()
  })
  await using proxy = await createProxy({ target: origin.url })
  expect((await fetch(proxy.url, { method: 'HEAD' })).status).toBe(200)
  expect(proxy.ledger.streams()).toEqual([])
})

test('a rise over a socket that is closing is not the peak', () => {
  const peak = new InUsePeak()
  for (let level = 1; level <= 6; level++) peak.rise(level, 0)
  expect(peak.read(10)).toBe(0)
  expect(peak.read(30)).toBe(6)
  peak.rise(7, 100)
  peak.socketClosed(0, 101)
  peak.rise(7, 200)
  expect(peak.read(219)).toBe(6)
  expect(peak.read(220)).toBe(7)
})

test('a socket that came after a rise does not lower it by closing', () => {
  const peak = new InUsePeak()
  peak.rise(1, 0)
  peak.rise(2, 5)
  peak.socketClosed(5, 6) // the second: it counts for its own rise
  expect(peak.read(50)).toBe(1)
})

test('the memory of hosts and closed streams is bounded', () => {
  const ledger = new Ledger()
  for (let count = 0; count < 1500; count++) {
    const socket = ledger.openSocket('http://own')
    const request = socket.startRequest({ origin: `http://host-${count}`, method: 'GET', url: '/', page: null })
    request.openStream(200)
    socket.close()
  }
  expect(ledger.snapshot().origins).toHaveLength(1000)
  expect(ledger.streams()).toHaveLength(1000)
  expect(ledger.streams().at(-1)?.number).toBe(1500)
})
