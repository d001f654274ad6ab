import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import {
  createChannel,
  createSession,
  type Session,
  type SlowReader,
  type SlowReaderPolicy,
} from '../../src/server/index.js'
import { open } from './support/reader.js'
import { serve } from './support/serve.js'
import { until } from './support/until.js'

/** A client that asks for a stream and never reads a byte of it. */
function openStuck(url: string, lastEventId?: string): Socket {
  const socket = createConnection(Number(new URL(url).port), '127.0.0.1', () => {
    socket.write(`GET /stuck HTTP/1.1\r\nHost: x\r\n${lastEventId ? `Last-Event-ID: ${lastEventId}\r\n` : ''}\r\n`)
  })
  socket.pause()
  socket.on('error', () => {})
  onTestFinished(() => {
    socket.destroy()
  })
  return socket
}

async function serveChannel(maxBufferedBytes: number, onSlow: SlowReaderPolicy = 'disconnect') {
  const channel = createChannel({ history: { size: 10_000 } })
  const stuck: Session[] = []
  const served = await serve((request, response) => {
    const session = createSession(request, response, { maxBufferedBytes, onSlow })
    if (request.url === '/stuck') stuck.push(session)
    channel.register(session)
  })
  return { ...served, channel, stuck }
}

test('a reader that does not read is bounded, told of, and cut off; the others get everything', async () => {
  const maxBufferedBytes = 256 * 1024
  const { url, channel, stuck } = await serveChannel(maxBufferedBytes)
  const healthy = await open(`${url}/healthy`)
  openStuck(url)
  await until(() => stuck.length === 1)
  const slow: SlowReader[] = []
  let most = 0
  stuck[0]?.on('slow', (told) => slow.push(told))
  const filler = 'x'.repeat(10_000)
  let sent = 0
  while (stuck[0]?.isConnected && sent < 5000) {
    channel.broadcast({ seq: sent++, filler })
    most = Math.max(most, stuck[0]?.bufferedBytes ?? 0)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await healthy.received(sent)
  expect(slow).toHaveLength(1)
  expect(slow[0]?.bufferedBytes).toBeGreaterThan(maxBufferedBytes)
  expect(most).toBeLessThanOrEqual(maxBufferedBytes)
  expect(channel.sessionCount).toBe(1)
  expect(healthy.events.map(({ data }) => JSON.parse(data).seq)).toEqual(Array.from({ length: sent }, (_, n) => n))
})

test('a reader that reads again before the bound gets everything', async () => {
  const { url, channel, stuck } = await serveChannel(64 * 1024 * 1024)
  const socket = openStuck(url)
  await until(() => stuck.length === 1)
  const filler = 'x'.repeat(10_000)
  let sent = 0
  while ((stuck[0]?.bufferedBytes ?? 0) < 1_000_000) {
    channel.broadcast({ seq: sent++, filler })
    await new Promise((resolve) => setImmediate(resolve))
  }
  let text = ''
  socket.setEncoding('latin1').on('data', (chunk) => {
    text += chunk
  })
  socket.resume()
  await until(() => text.includes(`"seq":${sent - 1},`))
  const seen = [...text.replaceAll(/\r\n[0-9a-f]+\r\n/g, '').matchAll(/"seq":(\d+),/g)].map((match) => Number(match[1]))
  expect(seen).toEqual(Array.from({ length: sent }, (_, n) => n))
  expect(stuck[0]?.bufferedBytes).toBe(0)
})

test('a replay larger than the bound is no reason to cut a client off', async () => {
  const { url, channel } = await serveChannel(64 * 1024)
  channel.broadcast('first', undefined, { eventId: 'first' })
  for (let n = 0; n < 300; n++) channel.broadcast({ n, filler: 'x'.repeat(10_000) })
  const reader = await open(url, { headers: { 'Last-Event-ID': 'first' } })
  await reader.received(300)
  expect(channel.sessionCount).toBe(1)
})

test('close does not wait for a reader that does not read', async () => {
  const { url, channel, stuck } = await serveChannel(64 * 1024 * 1024)
  const socket = openStuck(url)
  await until(() => stuck.length === 1)
  while ((stuck[0]?.bufferedBytes ?? 0) < 1_000_000) {
    channel.broadcast('x'.repeat(10_000))
    await new Promise((resolve) => setImmediate(resolve))
  }
  const closed = once(socket, 'close')
  await stuck[0]?.close()
  socket.resume()
  await closed
})

/** What came on a raw socket, chunks taken apart. */
function read(socket: Socket): { text(): string } {
  let text = ''
  socket.setEncoding('latin1').on('data', (chunk) => {
    text += chunk
  })
  socket.resume()
  return { text: () => text.replaceAll(/\r\n[0-9a-f]+\r\n/g, '') }
}

test('with drop-oldest, a reader that reads again gets the latest, in order, and keeps its connection', async () => {
  const { url, channel, stuck } = await serveChannel(256 * 1024, 'drop-oldest')
  const socket = openStuck(url)
  await until(() => stuck.length === 1)
  const slow: SlowReader[] = []
  stuck[0]?.on('slow', (told) => slow.push(told))
  let sent = 0
  while (sent < 2000) {
    channel.broadcast({ seq: sent++, filler: 'x'.repeat(10_000) })
    expect(stuck[0]?.bufferedBytes).toBeLessThanOrEqual(256 * 1024)
    await new Promise((resolve) => setImmediate(resolve))
  }
  const reading = read(socket)
  await until(() => reading.text().includes(`"seq":${sent - 1},`))
  const seen = [...reading.text().matchAll(/"seq":(\d+),/g)].map((match) => Number(match[1]))
  expect(seen.length).toBeLessThan(sent)
  expect(seen).toEqual([...seen].sort((one, other) => one - other))
  expect(seen.at(-1)).toBe(sent - 1)
  expect(slow).toHaveLength(1)
  expect(slow[0]?.dropped).toBe(1)
  expect(channel.sessionCount).toBe(1)
})

test('with conflate, only the newest of each key waits', async () => {
  const { url, channel, stuck } = await serveChannel(256 * 1024, 'conflate')
  const socket = openStuck(url)
  await until(() => stuck.length === 1)
  let price = 0
  while (price < 2000) {
    price += 1
    channel.broadcast({ price, filler: 'x'.repeat(10_000) }, 'price', { key: `price of ${price % 3}` })
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(stuck[0]?.bufferedBytes).toBeLessThan(40_000)
  const reading = read(socket)
  await until(() => reading.text().includes('"price":2000,'))
  const seen = [...reading.text().matchAll(/"price":(\d+),/g)].map((match) => Number(match[1]))
  expect(seen.slice(-3)).toEqual([1998, 1999, 2000])
  expect(seen.length).toBeLessThan(2000)
})

test('with conflate, more keys than fit are a reason to cut the reader off', async () => {
  const { url, channel, stuck } = await serveChannel(256 * 1024, 'conflate')
  openStuck(url)
  await until(() => stuck.length === 1)
  let sent = 0
  while (stuck[0]?.isConnected && sent < 5000) {
    channel.broadcast('x'.repeat(10_000), undefined, { key: `key ${sent++}` })
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(stuck[0]?.isConnected).toBe(false)
})

test('a reader that was cut off resumes and in the end has everything', async () => {
  const { url, channel, stuck } = await serveChannel(128 * 1024)
  channel.broadcast({ seq: 0 }, undefined, { eventId: '0' })
  openStuck(url, '0')
  await until(() => stuck.length === 1)
  let sent = 1
  while (stuck[0]?.isConnected) {
    channel.broadcast({ seq: sent, filler: 'x'.repeat(10_000) }, undefined, { eventId: String(sent) })
    sent += 1
    await new Promise((resolve) => setImmediate(resolve))
  }
  const again = await open(url, { headers: { 'Last-Event-ID': '0' } })
  await again.received(sent - 1)
  expect(again.events.map(({ data }) => JSON.parse(data).seq)).toEqual(
    Array.from({ length: sent - 1 }, (_, n) => n + 1),
  )
})
