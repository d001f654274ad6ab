import { connect, createServer, type Http2Session } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { expect, onTestFinished, test } from 'vitest'
import { createChannel, createSession, type Session } from '../../src/server/index.js'
import { until } from './support/until.js'

async function serveHttp2(maxBufferedBytes?: number) {
  const channel = createChannel()
  const sessions: Session[] = []
  const connections = new Set<Http2Session>()
  const server = createServer((request, response) => {
    const session = createSession(request, response, maxBufferedBytes === undefined ? {} : { maxBufferedBytes })
    sessions.push(session)
    if (session.isConnected) channel.register(session)
  })
  server.on('session', (connection) => connections.add(connection))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  onTestFinished(async () => {
    client.destroy()
    for (const connection of connections) connection.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  async function open(headers: Record<string, string> = {}) {
    const stream = client.request({ ':path': '/', ...headers })
    const events: EventSourceMessage[] = []
    const parser = createParser({ onEvent: (event) => events.push(event) })
    const state = { stream, events, headers: {} as Record<string, unknown>, ended: false }
    stream.on('error', () => {})
    stream.on('close', () => {
      state.ended = true
    })
    stream.setEncoding('utf8').on('data', (chunk) => parser.feed(chunk))
    await new Promise<void>((resolve) =>
      stream.once('response', (answer) => {
        state.headers = answer
        resolve()
      }),
    )
    return state
  }
  return { channel, sessions, open }
}

test('many streams share one HTTP/2 connection, with headers, events and resume', async () => {
  const { channel, open } = await serveHttp2()
  const [one, other] = [await open(), await open()]
  expect(one.headers).toMatchObject({ ':status': 200, 'content-type': 'text/event-stream' })
  expect(one.headers).not.toHaveProperty('connection')
  channel.broadcast(1, 'n', { eventId: '1' }).broadcast(2)
  await until(() => one.events.length === 2 && other.events.length === 2)
  const again = await open({ 'last-event-id': '1' })
  await until(() => again.events.length === 1)
  expect(again.events[0]?.data).toBe('2')
})

test('a client that leaves is seen, a session that is closed ends the stream', async () => {
  const { channel, sessions, open } = await serveHttp2()
  const [leaving, staying] = [await open(), await open()]
  leaving.stream.close()
  await until(() => channel.sessionCount === 1)
  sessions[1]?.push('last')
  await sessions[1]?.close()
  await until(() => staying.ended)
  expect(staying.events.map(({ data }) => data)).toEqual(['"last"'])
})

test('a reader that does not read is bounded over HTTP/2 too', async () => {
  const { channel, sessions, open } = await serveHttp2(100_000)
  const stuck = await open()
  stuck.stream.pause()
  let sent = 0
  while (sessions[0]?.isConnected && sent < 5000) {
    channel.broadcast('x'.repeat(10_000))
    sent += 1
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(sessions[0]?.isConnected).toBe(false)
  await until(() => channel.sessionCount === 0)
})

test('HEAD over HTTP/2 gets the headers alone', async () => {
  const { open } = await serveHttp2()
  const head = await open({ ':method': 'HEAD' })
  await until(() => head.ended)
  expect(head.headers['content-type']).toBe('text/event-stream')
})
