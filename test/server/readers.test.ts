import { createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { type Channel, createChannel, createSession } from '../../src/server/index.js'
import { startNginx } from '../support/fronts/nginx.js'
import { needs } from '../support/needs.js'
import { curl } from './support/curl.js'
import { open } from './support/reader.js'
import { serve } from './support/serve.js'
import { until } from './support/until.js'

async function serveChannel(): Promise<{ url: string; channel: Channel }> {
  const channel = createChannel()
  const { url } = await serve((request, response) => {
    channel.register(createSession(request, response))
  })
  return { url, channel }
}

test.runIf(needs('curl'))('curl prints every event as it is sent, and ends when the stream ends', async () => {
  const { url, channel } = await serveChannel()
  const printed = curl([url])
  await until(() => channel.sessionCount === 1)
  channel.broadcast('a', 'n', { eventId: '1' })
  await until(() => printed.text.includes('"a"'))
  channel.broadcast('b', undefined, { eventId: '2' })
  await until(() => printed.text.includes('"b"'))
  await channel.close()
  await until(() => printed.ended)
  expect(printed.text).toMatch(/^retry: \d{4}\n\nevent: n\nid: 1\ndata: "a"\n\nid: 2\ndata: "b"\n\n$/)
})

test.runIf(needs('curl'))('curl over HTTP/2 as well', async () => {
  const channel = createChannel()
  const server = createHttp2Server((request, response) => {
    channel.register(createSession(request, response, { retry: false }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const printed = curl(['--http2-prior-knowledge', `http://127.0.0.1:${(server.address() as AddressInfo).port}`])
  await until(() => channel.sessionCount === 1)
  channel.broadcast('a', undefined, { eventId: '1' })
  await until(() => printed.text.includes('"a"'))
  await channel.close()
  await until(() => printed.ended)
  expect(printed.text).toBe('id: 1\ndata: "a"\n\n')
})

test.runIf(needs('curl'))('a connection can be used again after its stream has ended', async () => {
  const { url } = await serve(async (request, response) => {
    const session = createSession(request, response, { retry: false })
    session.push(request.url)
    await session.close()
  })
  const printed = curl([`${url}/1`, `${url}/2`, '--write-out', '%{num_connects}\n'])
  await until(() => printed.ended)
  expect(printed.text).toBe('data: "/1"\n\n1\ndata: "/2"\n\n0\n')
})

test.runIf(needs('nginx'))('nginx as it comes passes events on at once, and tells when a client leaves', async () => {
  const { url, channel } = await serveChannel()
  await using front = await startNginx(url)
  const reader = await open(front.url)
  await until(() => channel.sessionCount === 1)
  for (let n = 1; n <= 3; n++) {
    channel.broadcast(n)
    await reader.received(n)
  }
  reader.close()
  await until(() => channel.sessionCount === 0)
})

test.runIf(needs('nginx'))('behind nginx a client resumes', async () => {
  const { url, channel } = await serveChannel()
  await using front = await startNginx(url)
  channel.broadcast(1, undefined, { eventId: 'ü1' }).broadcast(2)
  const reader = await open(front.url, { headers: { 'Last-Event-ID': Buffer.from('ü1').toString('latin1') } })
  expect((await reader.received(1))[0]?.data).toBe('2')
})
