import { EventSource } from 'eventsource'
import { expect, test } from 'vitest'
import { createProxy } from '../../src/proxy/index.js'
import { openStream, startOrigin } from './support/origin.js'
import { asStream, get, rawClient } from './support/raw-client.js'
import { startTorrent } from './support/torrent.js'
import { until } from './support/until.js'

const events = (count: number) =>
  Array.from({ length: count }, (_, index) => `id: ${index + 1}\ndata: ${index + 1}\n\n`)

const startStream = () =>
  startOrigin((_request, response) => void openStream(response).write(`retry: 10\n\n${events(5).join('')}`))

test('close ends the stream for the client and for the target', async () => {
  await using origin = await startStream()
  await using proxy = await createProxy({ target: origin.url, faults: ['close@event=2'] })
  using client = await rawClient(proxy.port, get('/', asStream))
  await client.receives(/data: 2\n\n\r\n0\r\n\r\n$/)
  expect(client.text).not.toContain('data: 3')
  await until(() => origin.sockets.size === 0)
  expect(proxy.ledger.streams()).toMatchObject([{ events: 2, closedAt: expect.any(Number) }])
})

test('cut breaks off in the middle of an event', async () => {
  await using origin = await startStream()
  await using proxy = await createProxy({ target: origin.url, faults: ['cut@event=2'] })
  using client = await rawClient(proxy.port, get('/', asStream))
  const codes: unknown[] = []
  client.socket.on('error', (error: NodeJS.ErrnoException) => codes.push(error.code))
  await client.ended()
  expect(codes).toEqual([])
  expect(client.text).toMatch(/data: 1\n\n\r\n7\r\nid: 2\nd\r\n$/)
  expect(client.text).not.toMatch(/data: 2\n\n|\r\n0\r\n\r\n$/)
  await until(() => origin.sockets.size === 0)
})

test('reset resets', async () => {
  await using origin = await startStream()
  await using proxy = await createProxy({ target: origin.url, faults: ['reset@ms=50'] })
  using client = await rawClient(proxy.port, get('/', asStream))
  const codes: unknown[] = []
  client.socket.on('error', (error: NodeJS.ErrnoException) => codes.push(error.code))
  await client.ended()
  expect(codes).toEqual(['ECONNRESET'])
  await until(() => origin.sockets.size === 0)
})

test('refuse resets the first connection and lets the next pass', async () => {
  await using origin = await startStream()
  await using proxy = await createProxy({ target: origin.url, faults: ['refuse@connection=1'] })
  const first = await rawClient(proxy.port).catch((error: NodeJS.ErrnoException) => error)
  if (!(first instanceof Error)) await first.ended()
  expect(proxy.ledger.snapshot().origins).toEqual([])
  using second = await rawClient(proxy.port, get('/', asStream))
  await second.receives('data: 5')
})

test('a real EventSource comes back through a redirect, a cut and a dead stop, and misses nothing', async () => {
  await using origin = await startOrigin((request, response) => {
    const after = Number(request.headers['last-event-id'] ?? 0)
    openStream(response).write(`retry: 10\n\n${events(5).slice(after).join('')}`)
  })
  await using proxy = await createProxy({
    target: origin.url,
    faults: ['redirect@connection=1', 'cut@event=2,connection=1', 'close@event=1,connection=2'],
  })
  const source = new EventSource(`${proxy.url}/events`)
  const seen: string[] = []
  source.onmessage = (event) => seen.push(event.data)
  await until(() => seen.length === 5)
  source.close()
  expect(seen).toEqual(['1', '2', '3', '4', '5'])
})

test('status ends an EventSource for good, and other requests are left alone', async () => {
  await using origin = await startStream()
  await using proxy = await createProxy({ target: origin.url, faults: ['status:503,retry-after=2s'] })
  const source = new EventSource(`${proxy.url}/events`)
  await until(() => source.readyState === EventSource.CLOSED)
  expect(origin.requests).toEqual([])
  const answer = await fetch(`${proxy.url}/page`)
  expect(answer.status).toBe(200)
  await answer.body?.cancel()
  const named = await fetch(`${proxy.url}/events`, { headers: asStream })
  expect([named.status, named.headers.get('retry-after')]).toEqual([503, '2'])
})

test('the tap sees what the client gets', async () => {
  await using origin = await startStream()
  await using proxy = await createProxy({ target: origin.url, faults: ['duplicate-event@event=1', 'no-ids'] })
  using client = await rawClient(proxy.port, get('/', asStream))
  await client.receives('data: 5')
  expect(proxy.ledger.streams()).toMatchObject([{ events: 6, lastEventId: null }])
})

test('a wrong content type is no stream in the ledger', async () => {
  await using origin = await startStream()
  await using proxy = await createProxy({ target: origin.url, faults: ['wrong-type'] })
  using client = await rawClient(proxy.port, get('/', asStream))
  await client.receives('Content-Type: text/html')
  expect(proxy.ledger.streams()).toEqual([])
})

test('black-hole answers nothing, and the target is not asked', async () => {
  await using origin = await startStream()
  await using proxy = await createProxy({ target: origin.url, faults: ['black-hole@connection=1'] })
  using client = await rawClient(proxy.port, get('/', asStream))
  using second = await rawClient(proxy.port, get('/', asStream))
  await second.receives('data: 5')
  expect(client.text).toBe('')
  expect(origin.requests).toHaveLength(1)
  expect(proxy.ledger.snapshot().origins).toMatchObject([{ streaming: 1, busy: 1 }])
})

test('what faults hold back makes the target wait', async () => {
  await using origin = await startTorrent()
  await using proxy = await createProxy({ target: origin.url, faults: ['stall:30s'] })
  using client = await rawClient(proxy.port, get('/', asStream))
  await client.receives('event-stream')
  await origin.stands()
  expect(origin.written).toBeLessThan(32 * 1024 * 1024)
  expect(proxy.ledger.streams()[0]?.bytes).toBe(0)
})

test('faults are switched while the proxy runs, and a bad one is named', async () => {
  await using origin = await startStream()
  await using proxy = await createProxy({ target: origin.url, seed: 5 })
  expect(proxy.faults.seed).toBe(5)
  const { number } = proxy.faults.add('status')
  expect((await fetch(proxy.url, { headers: asStream })).status).toBe(502)
  proxy.faults.remove(number)
  using client = await rawClient(proxy.port, get('/', asStream))
  await client.receives('data: 5')
  await expect(createProxy({ target: origin.url, faults: ['latncy'] })).rejects.toMatchObject({
    code: 'bad-option',
    hint: 'Did you mean latency?',
  })
})

test('a length that no longer holds is not promised', async () => {
  await using origin = await startOrigin((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': '10' }).end('0123456789')
  })
  await using proxy = await createProxy({ target: origin.url, faults: ['limit:4B@path=/'] })
  const answer = await fetch(proxy.url)
  expect(answer.headers.get('content-length')).toBeNull()
  expect(await answer.text()).toBe('0123')
})
