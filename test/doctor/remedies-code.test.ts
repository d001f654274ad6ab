/** Remedies that are code: each is run as it is printed, inside a server that has the fault without it. */
import { once } from 'node:events'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import compression from 'compression'
import express from 'express'
import { createProxyMiddleware } from 'http-proxy-middleware'
import { describe, expect, test } from 'vitest'
import { anyServer } from '../../src/doctor/remedies/any-server.js'
import { fixesFor, remedies } from '../../src/doctor/remedies/index.js'
import type { Finding } from '../../src/evidence/report.js'
import { diagnose } from '../../src/index.js'
import { findingOf, findingsOf } from '../support/examine.js'
import { freePort } from '../support/free-port.js'
import { startNginx } from '../support/fronts/nginx.js'
import { findingThrough } from '../support/http-proxy.js'
import { needs } from '../support/needs.js'
import { expectNoDelay, look } from '../support/rhythm.js'
import { streamOf } from '../support/stream-evidence.js'
import { type Handler, serve } from '../support/stream-server.js'

const head = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform' }

/** Runs what was to be pasted, with the names that it takes for given. */
function paste(code: string | undefined, given: Record<string, unknown>): unknown {
  if (code === undefined) throw new Error('there is nothing to paste')
  return new Function(...Object.keys(given), code)(...Object.values(given))
}

/** The header lines of a snippet. */
function headersIn(snippet: string | undefined): Record<string, string> {
  const lines = (snippet ?? '').split('\n').filter((line) => !line.startsWith('#'))
  return Object.fromEntries(lines.map((line) => line.split(': ')))
}

/** A handler with something pasted at its start, and the same without. */
function pasted(handler: (response: ServerResponse, request: IncomingMessage) => void, code: string | undefined) {
  const withIt: Handler = (req, res) => {
    paste(code, { req, res })
    handler(res, req)
  }
  const without: Handler = (req, res) => handler(res, req)
  return { faulty: without, sound: withIt }
}

/** Writes an event every so often for as long as the client stays. */
function tick(response: ServerResponse, write: (number: number) => void, everyMs = 100): void {
  let number = 0
  const timer = setInterval(() => write(++number), everyMs)
  response.once('close', () => clearInterval(timer))
}

const expectCure = ({ faulty, sound }: { faulty: Finding; sound: Finding }) =>
  expect([faulty.state, sound.state]).toEqual(['fail', 'pass'])

interface Hooks {
  onProxyReq: (upstream: http.ClientRequest, request: IncomingMessage, response: ServerResponse) => void
  onProxyRes: (upstream: IncomingMessage, request: IncomingMessage, response: ServerResponse) => void
}

describe.concurrent('pasted', () => {
  describe('in any server', () => {
    test.each([
      ['any server', anyServer.snippets['late-headers']],
      ['Express', remedies.express.snippets['late-headers']],
    ])('%s: headers do not wait for the first event', async (_stack, code) => {
      const late = (response: ServerResponse) => void setTimeout(() => response.write('data: 1\n\n'), 1300)
      const handlers = pasted((response) => {
        response.setHeader('content-type', 'text/event-stream')
        late(response)
      }, `res.setHeader('content-type', 'text/event-stream')\n${code}`)
      const sound: Handler = (req, res) => {
        res.setHeader('content-type', 'text/event-stream')
        paste(code, { req, res })
        late(res)
      }
      expectCure(await findingsOf('response/late-headers', { faulty: handlers.faulty, sound, for: 2500 }))
    })

    test.each([
      ['caches', anyServer.snippets.cacheable],
      ['compressors', anyServer.snippets.compressed],
      ['buffers', anyServer.snippets.buffered],
    ])('the headers against %s', async (_what, snippet) => {
      const headers = headersIn(snippet)
      const stream =
        (more: Record<string, string>): Handler =>
        (_request, response) =>
          void response
            .writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'public', ...more })
            .flushHeaders()
      const faulty = stream({})
      const sound: Handler = (_request, response) =>
        void response.writeHead(200, { 'content-type': 'text/event-stream', ...headers }).flushHeaders()
      expectCure(await findingsOf('response/cacheable', { faulty, sound }))
    })

    test('Express: the header against caches', async () => {
      const stream = (response: ServerResponse) => {
        response.setHeader('content-type', 'text/event-stream')
        response.flushHeaders()
      }
      const { sound } = pasted(stream, remedies.express.snippets.cacheable)
      const faulty: Handler = (_request, response) => {
        response.setHeader('cache-control', 'public')
        stream(response)
      }
      expectCure(await findingsOf('response/cacheable', { faulty, sound }))
    })

    test('retry, and another for each connection', async () => {
      const stream = (response: ServerResponse) => {
        if (!response.headersSent) response.writeHead(200, head)
        tick(response, (number) => response.write(`data: ${number}\n\n`))
      }
      const begin = "res.writeHead(200, { 'content-type': 'text/event-stream' })\n"
      expectCure(await findingsOf('retry/missing', pasted(stream, begin + anyServer.snippets.retry)))
      const same: Handler = (_request, response) => {
        response.writeHead(200, head).write('retry: 3000\n\n')
        stream(response)
      }
      const { sound } = pasted(stream, begin + anyServer.snippets.herd)
      expectCure(await findingsOf('retry/herd', { faulty: same, sound }))
    })

    test('ids', async () => {
      const stream =
        (write: (res: ServerResponse, data: number) => void): Handler =>
        (_request, res) => {
          res.writeHead(200, head).flushHeaders()
          tick(res, (number) => write(res, number))
        }
      const faulty = stream((res, data) => res.write(`data: ${data}\n\n`))
      const sound = stream((res, data) => paste(anyServer.snippets.ids, { res, data, id: data }))
      expectCure(await findingsOf('resume/no-ids', { faulty, sound }))
    })

    test('resuming from a history', async () => {
      const events: string[] = []
      const listeners = new Set<(event: string) => void>()
      const clock = setInterval(() => {
        const event = `id: ${events.length + 1}\ndata: ${events.length + 1}\n\n`
        events.push(event)
        for (const listener of listeners) listener(event)
      }, 100)
      const history = { after: (last?: string) => (last === undefined ? [] : events.slice(Number(last))) }
      const stream =
        (code: string): Handler =>
        (req, res) => {
          res.writeHead(200, head).flushHeaders()
          paste(code, { req, res, history })
          const listener = (event: string) => void res.write(event)
          listeners.add(listener)
          res.once('close', () => listeners.delete(listener))
        }
      const code = anyServer.snippets.resume?.split('// and then')[0] ?? ''
      const found = await findingsOf('resume/ignored', { faulty: stream(''), sound: stream(code), for: 2500 })
      clearInterval(clock)
      expectCure(found)
    })

    test.each([
      ['any server', anyServer.snippets.leaks],
      ['Express', remedies.express.snippets.leaks],
    ])('%s: clients that leave are forgotten', async (_stack, code) => {
      const states = []
      for (const pasteable of ['', code]) {
        const subscribers = new Set<ServerResponse>()
        await using server = await serve((req, res) => {
          if (req.url === '/metrics') {
            res.end(JSON.stringify({ open: subscribers.size }))
            return
          }
          subscribers.add(res)
          paste(pasteable, { req, res, subscribers })
          res.writeHead(200, head).write('data: 1\n\n')
        })
        const metrics = { url: `${server.origin}/metrics`, metric: 'open' }
        states.push((await findingOf('server/leaks-on-disconnect', server.url, { metrics })).state)
      }
      expect(states).toEqual(['fail', 'pass'])
    })

    test.runIf(needs('nginx'))('a comment now and then keeps nginx from cutting', async () => {
      const cut = anyServer.snippets.cut ?? ''
      expect(anyServer.snippets['no-heartbeat']?.startsWith(cut)).toBe(true)
      await using app = await serve((req, res) => {
        res.writeHead(200, head).write('retry: 100\n\n')
        if (!req.url?.includes('still')) paste(cut.replace('15_000', '200'), { res })
      })
      await using front = await startNginx(app.origin, { location: 'proxy_buffering off; proxy_read_timeout 1500ms;' })
      const [still, kept] = await Promise.all(
        ['/events?still', '/events'].map((path) => findingOf('idle/cut', front.url + path, { for: 5000 })),
      )
      expect(still?.state).not.toBe('pass')
      expect(kept?.state).toBe('pass')
    })
  })

  test('a compressor that does not heed no-transform is told of a coding, and not of no-transform again', async () => {
    const packing =
      (more: Record<string, string>): Handler =>
      (request, response) => {
        const packs = !('Content-Encoding' in more) && /gzip/.test(String(request.headers['accept-encoding']))
        response.writeHead(200, { ...head, ...(packs ? { 'Content-Encoding': 'gzip' } : more) }).flushHeaders()
        const packer = createGzip()
        if (packs) packer.pipe(response)
        tick(response, (number) => (packs ? packer : response).write(`data: ${number}\n\n`))
      }
    const snippet = anyServer.snippets['compressed-anyway']
    const found = await findingsOf('delivery/compressed', {
      faulty: packing({}),
      sound: packing(headersIn(snippet)),
      for: 4000,
    })
    expectCure(found)
    expect(found.faulty.fixes).toEqual([{ stack: 'any server', snippet }])
  })

  describe('Express with compression lets events through', () => {
    const [first = '', second = '', third = ''] = remedies.express.snippets.compressed?.split(/^\/\/ or,.*$/m) ?? []

    async function findingWith(cure: 'none' | 'header' | 'flush' | 'filter'): Promise<Finding['state']> {
      const app = express()
      if (cure === 'filter') paste(third, { app, compression })
      else app.use(compression())
      app.get('/events', (_request, res) => {
        res.setHeader('content-type', 'text/event-stream')
        if (cure === 'header') paste(first, { res })
        res.flushHeaders()
        tick(res, (number) => {
          res.write(`data: ${number}\n\n`)
          if (cure === 'flush') paste(second, { res })
        })
      })
      const server = app.listen(0, '127.0.0.1')
      await once(server, 'listening')
      const { port } = server.address() as AddressInfo
      const { state, fixes } = await findingOf('delivery/compressed', `http://127.0.0.1:${port}/events`, { for: 4000 })
      if (state === 'fail') expect(fixes).toMatchObject([{ stack: 'Express' }])
      server.closeAllConnections()
      server.close()
      return state
    }

    test.each([
      ['none', 'fail'],
      ['header', 'pass'],
      ['flush', 'pass'],
      ['filter', 'pass'],
    ] as const)('with the cure “%s”: %s', async (cure, state) => {
      expect(await findingWith(cure)).toBe(state)
    })
  })

  test('the route handler of Next.js sends headers at once, events one by one, and lets go of who leaves', async () => {
    let open = 0
    const subscribe = (send: (data: number) => void) => {
      open++
      const timer = setInterval(() => send(Date.now()), 150)
      return () => {
        open--
        clearInterval(timer)
      }
    }
    const code = remedies.next.snippets.buffered?.replaceAll('export ', '')
    const GET = paste(`${code}\nreturn GET`, { subscribe }) as (request: Request) => Response
    await using server = await serve((request, response) => {
      const abort = new AbortController()
      response.once('close', () => abort.abort())
      const answer = GET(new Request(`http://localhost${request.url}`, { signal: abort.signal }))
      response.writeHead(answer.status, Object.fromEntries(answer.headers))
      // As Next.js does, whose headers leave with the first bytes.
      if (answer.body)
        Readable.fromWeb(answer.body as never)
          .on('error', () => {})
          .pipe(response)
    })
    expectNoDelay((await look(server.url)).delays)
    const { findings } = await diagnose({ urls: [server.url], for: 2500, onlyChecks: ['response', 'delivery'] })
    expect(findings.filter(({ state }) => state === 'fail').map(({ id }) => id)).toEqual([])
    await expect.poll(() => open).toBe(0)
  })

  test.each([
    ['x-powered-by', 'Next.js'],
    ['vary', 'rsc, next-router-state-tree, next-router-prefetch'],
  ])('Next.js is known by %s: %s', (name, value) => {
    const { watch: [exchange] = [] } = streamOf('response/cacheable', 'fail')
    expect(fixesFor('cacheable', exchange && { ...exchange, headers: [[name, value]] })).toMatchObject([
      { stack: 'Next.js' },
    ])
  })

  test.each(['gunicorn', 'uvicorn', 'WSGIServer/0.2 CPython/3.11.7', 'Werkzeug/3.1.3 Python/3.11.7', 'daphne'])(
    'Python is known by its server: %s',
    (name) => {
      const { watch: [exchange] = [] } = streamOf('response/cacheable', 'fail')
      const fixes = fixesFor('ids', exchange && { ...exchange, headers: [['server', name]] })
      expect(fixes).toEqual([{ stack: 'Python', snippet: expect.stringMatching(/^yield f'id: /) }])
    },
  )

  describe('a proxy of your own', () => {
    /** Forgets each of its ends when the other goes, but for what is pasted. */
    async function through(id: string, abort: string, disconnect: string): Promise<Finding['state']> {
      const port = await freePort()
      await using proxy = await serve((_request, response) => {
        const request = http.get({ port, host: '127.0.0.1', path: '/events', agent: false }, (answer) => {
          response.writeHead(200, answer.headers).flushHeaders()
          answer.on('data', (bytes) => response.write(bytes))
          answer.on('error', () => {})
          paste(disconnect, { upstream: answer, response })
        })
        request.on('error', () => {})
        paste(abort, { upstream: request, response })
      })
      const { findings } = await diagnose({ via: proxy.url, listen: port, onlyChecks: [id], for: 1000 })
      return findings[0]?.state ?? 'skip'
    }

    test('tells the app that the client has left', async () => {
      const id = 'proxy/abort-not-forwarded'
      const cure = anyServer.snippets['abort-not-forwarded'] ?? ''
      expect(await Promise.all([through(id, '', ''), through(id, cure, '')])).toEqual(['fail', 'pass'])
    })

    test('tells the client that the app has gone', async () => {
      const id = 'proxy/disconnect-not-forwarded'
      const cure = `${anyServer.snippets['disconnect-not-forwarded']}\nupstream.on('end', () => response.end())`
      const endsAlone = "upstream.on('end', () => response.end())"
      expect(await Promise.all([through(id, '', endsAlone), through(id, '', cure)])).toEqual(['fail', 'pass'])
    })
  })

  describe.each([
    ['proxy/abort-not-forwarded', remedies.webpack.snippets['abort-not-forwarded']],
    ['proxy/disconnect-not-forwarded', remedies.webpack.snippets['disconnect-not-forwarded']],
  ])('%s', (id, inMiddleware) => {
    test('is cured by the hooks of http-proxy-middleware 2, as webpack and CRA have it', async () => {
      const { onProxyReq, onProxyRes } = paste(`return {\n${inMiddleware}\n}`, {}) as Hooks
      // What version 2 does with its options.
      const configure: Parameters<typeof findingThrough>[1] = (proxy) => {
        proxy.on('proxyReq', onProxyReq)
        proxy.on('proxyRes', onProxyRes)
      }
      const [faulty, sound] = await Promise.all([findingThrough(id, () => {}), findingThrough(id, configure)])
      expectCure({ faulty, sound })
    })

    test('is no fault of http-proxy-middleware 3', async () => {
      const port = await freePort()
      const app = express().use(createProxyMiddleware({ target: `http://127.0.0.1:${port}` }))
      await using proxy = await serve(app as unknown as Handler)
      const { findings } = await diagnose({ via: proxy.url, listen: port, onlyChecks: [id], for: 1000 })
      expect(findings[0]).toMatchObject({ state: 'pass' })
    })
  })
})
