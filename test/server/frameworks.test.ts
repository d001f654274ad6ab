/** The kit inside the frameworks that people have, each with its own server. */
import type { AddressInfo, Server } from 'node:net'
import { serve as serveHono } from '@hono/node-server'
import compression from 'compression'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type Channel, createChannel, createResponse, createSession } from '../../src/server/index.js'
import { open } from './support/reader.js'
import { until } from './support/until.js'

type Serve = (channel: Channel) => Promise<string>

async function urlOf(server: Server): Promise<string> {
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const frameworks: [string, Serve][] = [
  [
    'Express, behind compression and a parser of bodies',
    (channel) => {
      const app = express().use(compression()).use(express.json())
      app.all('/', (request, response) => void channel.register(createSession(request, response)))
      return urlOf(app.listen(0, '127.0.0.1'))
    },
  ],
  [
    'Fastify',
    async (channel) => {
      const app = fastify({ forceCloseConnections: true })
      app.all('/', (request, reply) => {
        reply.hijack()
        channel.register(createSession(request.raw, reply.raw))
      })
      onTestFinished(() => app.close())
      return app.listen({ port: 0, host: '127.0.0.1' })
    },
  ],
  [
    'Hono',
    (channel) => {
      const app = new Hono()
      app.all('/', ({ req }) => createResponse(req.raw, (session) => void channel.register(session)))
      return urlOf(serveHono({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server)
    },
  ],
]

test.each(frameworks)(
  '%s: events come one by one, a POST keeps its stream, who leaves is seen and resumes',
  async (_, serve) => {
    const complaints = vi.spyOn(console, 'error')
    onTestFinished(() => complaints.mockRestore())
    const channel = createChannel()
    const url = await serve(channel)
    const body = JSON.stringify({ topic: 'x' })
    const reader = await open(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'accept-encoding': 'gzip, br' },
      body,
    })
    expect(reader.headers).toMatchObject({ 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' })
    expect(reader.headers['content-encoding']).toBeUndefined()
    await until(() => channel.sessionCount === 1)
    for (let n = 1; n <= 3; n++) {
      channel.broadcast(n, undefined, { eventId: String(n) })
      expect((await reader.received(n)).at(-1)?.data).toBe(String(n))
    }
    reader.close()
    await until(() => channel.sessionCount === 0)
    const again = await open(url, { headers: { 'last-event-id': '1' } })
    expect((await again.received(2)).map(({ data }) => data)).toEqual(['2', '3'])
    again.close()
    await until(() => channel.sessionCount === 0)
    expect(complaints).not.toHaveBeenCalled()
  },
)

test('a compressor that an application asks for by its own Cache-Control holds no event back', async () => {
  const channel = createChannel()
  const app = express().use(compression())
  app.get('/', (request, response) => {
    channel.register(createSession(request, response, { headers: { 'Cache-Control': 'no-cache' } }))
  })
  const response = await fetch(await urlOf(app.listen(0, '127.0.0.1')), { headers: { 'accept-encoding': 'gzip' } })
  expect(response.headers.get('content-encoding')).toBe('gzip')
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  onTestFinished(() => reader?.cancel())
  let text = ''
  async function readUntil(expected: RegExp): Promise<void> {
    while (!expected.test(text)) {
      const piece = await reader?.read()
      if (!piece?.value) throw new Error(`ended after ${text}`)
      text += piece.value
    }
  }
  await readUntil(/^retry: \d+\n\n$/)
  for (let n = 1; n <= 2; n++) {
    channel.broadcast(n)
    await readUntil(new RegExp(`data: ${n}\n\n$`))
  }
})
