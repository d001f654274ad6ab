/** Ten sound set-ups of different makers, and the odd ones that are sound all the same: no false alarm, no crash. */
import { once } from 'node:events'
import http, { type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve as serveHono } from '@hono/node-server'
import { createSession as createBetterSession } from 'better-sse'
import compression from 'compression'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { createServer as createViteServer } from 'vite'
import { describe, expect, test } from 'vitest'
import type { Finding, Report } from '../../src/evidence/report.js'
import { createMock, type DiagnoseOptions, diagnose } from '../../src/index.js'
import { createChannel, createSession } from '../../src/server/index.js'
import { startApache } from '../support/fronts/apache.js'
import { startCaddy } from '../support/fronts/caddy.js'
import { startHaproxy } from '../support/fronts/haproxy.js'
import { startNginx } from '../support/fronts/nginx.js'
import { startVarnish } from '../support/fronts/varnish.js'
import { needs } from '../support/needs.js'
import { serveSecurely } from '../support/secure-server.js'
import { serve, steady } from '../support/stream-server.js'

const watched: DiagnoseOptions = { for: 2500 }

/** What the report complains of, at error or warning level. */
const complaints = ({ findings }: Report): string[] =>
  findings.filter(({ state, severity }) => state === 'fail' && severity !== 'info').map(({ id }) => id)

const stateOf = ({ findings }: Report, id: string): Finding['state'] | undefined =>
  findings.find((finding) => finding.id === id)?.state

/** True of every stream without TLS. */
const plain = 'connection/http-version'

/** Listens with whatever gives a request listener. */
async function listening(listener: RequestListener): Promise<{ url: string; [Symbol.asyncDispose](): Promise<void> }> {
  const server = http.createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Calls back with 1, 2, 3 … until what it returns is called. */
function count(every: number, tell: (number: number) => void): () => void {
  let number = 0
  const timer = setInterval(() => tell(++number), every)
  return () => clearInterval(timer)
}

describe.concurrent('nothing but the truth is said of', () => {
  test('our own mock', async () => {
    await using mock = await createMock({ everyMs: 100 })
    expect(complaints(await diagnose({ ...watched, urls: [`${mock.url}/events`] }))).toEqual([plain])
  })

  test('plain Node over HTTP/2 with TLS: not a word', async () => {
    await using server = await serveSecurely(steady() as never, { http2: true })
    const report = await diagnose({ ...watched, urls: [server.url], insecure: true })
    expect(complaints(report)).toEqual([])
    expect(report.exitCode).toBe(0)
  })

  test('our mock over HTTP/2, for pages of another origin', async () => {
    await using mock = await createMock({ everyMs: 100, http2: true, cors: 'https://app.example' })
    const url = `${mock.url}/events`
    const report = await diagnose({ ...watched, urls: [url], insecure: true, pageOrigin: 'https://app.example' })
    expect(complaints(report)).toEqual([])
    expect(stateOf(report, 'cors/preflight')).toBe('pass')
  })

  test('Express with compression and no-transform', async () => {
    const app = express().use(compression())
    app.get('/events', steady())
    await using server = await listening(app)
    expect(complaints(await diagnose({ ...watched, urls: [server.url] }))).toEqual([plain])
  })

  test('Fastify', async () => {
    const app = fastify()
    const stream = steady()
    app.get('/events', (request, reply) => {
      reply.hijack()
      stream(request.raw, reply.raw)
    })
    const origin = await app.listen({ host: '127.0.0.1', port: 0 })
    const report = await diagnose({ ...watched, urls: [`${origin}/events`] })
    app.server.closeAllConnections()
    await app.close()
    expect(complaints(report)).toEqual([plain])
  })

  test('Hono, whose example sends ids that count anew, and no retry', async () => {
    const app = new Hono()
    app.get('/events', (context) =>
      streamSSE(context, async (stream) => {
        for (let id = 1; !stream.aborted; id++) {
          await stream.writeSSE({ data: `${id}`, id: `${id}` })
          await stream.sleep(100)
        }
      }),
    )
    const server = serveHono({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 })
    await once(server, 'listening')
    const report = await diagnose({
      ...watched,
      urls: [`http://127.0.0.1:${(server.address() as AddressInfo).port}/events`],
    })
    await new Promise((resolve) => {
      server.close(resolve)
      ;(server as http.Server).closeAllConnections()
    })
    expect(complaints(report)).toEqual([plain, 'retry/missing', 'resume/ignored'])
  })

  test('better-sse, which keeps no history here', async () => {
    await using server = await listening(async (request, response) => {
      const session = await createBetterSession(request, response)
      const stop = count(100, (number) => session.push(number))
      session.once('disconnected', stop)
    })
    // Its ids are random and never known again.
    expect(complaints(await diagnose({ ...watched, urls: [server.url] }))).toEqual([plain, 'resume/ignored'])
  })

  test.runIf(needs('nginx'))('nginx with its buffer off', async () => {
    await using app = await serve(steady())
    await using front = await startNginx(app.origin, { location: 'proxy_buffering off; proxy_http_version 1.1;' })
    expect(complaints(await diagnose({ ...watched, urls: [`${front.url}/events`], origin: app.origin }))).toEqual([
      plain,
    ])
  })

  test.runIf(needs('caddy'))('Caddy as it comes', async () => {
    await using app = await serve(steady())
    await using front = await startCaddy(app.origin)
    expect(complaints(await diagnose({ ...watched, urls: [`${front.url}/events`], origin: app.origin }))).toEqual([
      plain,
    ])
  })

  test.runIf(needs('haproxy'))('HAProxy with its option, Apache and Varnish as they come', async () => {
    await using app = await serve(steady())
    await using haproxy = await startHaproxy(app.origin, { defaults: 'option http-no-delay' })
    await using apache = await startApache(app.origin)
    await using varnish = await startVarnish(app.origin)
    const urls = [haproxy, apache, varnish].map((front) => `${front.url}/events`)
    const reports = await Promise.all(urls.map((url) => diagnose({ ...watched, urls: [url], origin: app.origin })))
    expect(reports.map(complaints)).toEqual([[plain], [plain], [plain]])
  })

  test('the dev server of Vite, through its proxy', async () => {
    await using app = await serve(steady())
    const vite = await createViteServer({
      configFile: false,
      logLevel: 'silent',
      root: import.meta.dirname,
      optimizeDeps: { noDiscovery: true },
      server: { port: 0, host: '127.0.0.1', ws: false, watch: null, proxy: { '/events': app.origin } },
    })
    await vite.listen()
    const url = new URL('/events', vite.resolvedUrls?.local[0])
    const report = await diagnose({ ...watched, urls: [url.href], origin: app.origin })
    await vite.close()
    expect(complaints(report)).toEqual([plain])
  })

  test('our own server kit, with its history', async () => {
    const channel = createChannel({ history: {} })
    await using server = await listening(async (request, response) => {
      channel.register(await createSession(request, response))
    })
    const stop = count(100, (number) => channel.broadcast(number))
    const report = await diagnose({ ...watched, urls: [server.url] })
    stop()
    expect(complaints(report)).toEqual([plain])
    expect(stateOf(report, 'retry/herd')).toBe('pass')
  })

  test('an IPv6 address', async () => {
    const stream = steady()
    const server = http.createServer(stream).listen(0, '::1')
    await once(server, 'listening')
    const report = await diagnose({
      ...watched,
      urls: [`http://[::1]:${(server.address() as AddressInfo).port}/events`],
    })
    server.closeAllConnections()
    server.close()
    expect(complaints(report)).toEqual([plain])
  })

  test('a stream behind a redirect', async () => {
    const stream = steady()
    await using server = await serve((request, response) => {
      if (request.url === '/events') response.writeHead(308, { location: '/v2/events' }).end()
      else stream(request, response)
    })
    expect(complaints(await diagnose({ ...watched, urls: [server.url] }))).toEqual([plain])
  })
})

describe.concurrent('no alarm over', () => {
  test('ten thousand events a second', async () => {
    /** How many each connection was sent. */
    const sent: number[] = []
    await using server = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform' })
      response.write(`retry: ${3000 + Math.floor(Math.random() * 1000)}\n\n`)
      const connection = sent.push(0) - 1
      let number = 0
      const timer = setInterval(() => {
        let text = ''
        for (let one = 0; one < 100; one++) text += `id: ${++number}\ndata: ${number}\n\n`
        response.write(text)
        sent[connection] = number
      }, 10)
      response.once('close', () => clearInterval(timer))
    })
    // Watched for long, so that a machine with other things to do comes to its thousands as well.
    const report = await diagnose({ ...watched, for: 5000, urls: [server.url], skipChecks: ['resume/ignored'] })
    expect(complaints(report)).toEqual([plain])
    const { events = 0 } = report.streams?.[0] ?? {}
    expect(events).toBeGreaterThan(5000)
    expect(events).toBeGreaterThan(Math.max(...sent) * 0.9)
  })

  test('a quiet stream with heartbeats: what needs an event is unknown', async () => {
    await using server = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform' })
      response.write('retry: 3000\n\n')
      const timer = setInterval(() => response.write(': hb\n\n'), 500)
      response.once('close', () => clearInterval(timer))
    })
    const report = await diagnose({ ...watched, urls: [server.url] })
    expect(complaints(report)).toEqual([plain])
    expect(stateOf(report, 'idle/no-heartbeat')).toBe('pass')
    expect(stateOf(report, 'resume/no-ids')).toBe('unknown')
  })

  test('a stream that says nothing at all: unknown, with the flag that would tell', async () => {
    await using server = await serve((_request, response) => {
      response
        .writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform' })
        .flushHeaders()
    })
    const report = await diagnose({ ...watched, urls: [server.url] })
    expect(complaints(report)).toEqual([plain])
    expect(report.summary.unknown).toBeGreaterThan(4)
  })

  test('an answer told word by word, by POST, that ends by design', async () => {
    let asked = 0
    await using server = await serve((request, response) => {
      asked++
      expect(request.method).toBe('POST')
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
      const words = [...'twelve words are told one after the other'.split(' '), '[DONE]']
      const timer = setInterval(() => {
        const word = words.shift()
        if (word === undefined) response.end()
        else response.write(`data: ${word}\n\n`)
      }, 50)
      response.once('close', () => clearInterval(timer))
    })
    const report = await diagnose({ ...watched, urls: [server.url], method: 'POST', body: '{"prompt":"hi"}' })
    expect(complaints(report)).toEqual([plain])
    expect(asked).toBeLessThanOrEqual(2)
  })

  test('a GET that ends with [DONE], without being told the profile', async () => {
    await using server = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
      const stop = count(100, (number) => {
        if (number < 8) response.write(`data: ${number}\n\n`)
        else response.end('data: [DONE]\n\n')
      })
      response.once('close', stop)
    })
    expect(complaints(await diagnose({ ...watched, urls: [server.url] }))).toEqual([plain])
  })
})
