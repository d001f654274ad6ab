/** Streams that look as if they had a fault and have none: each was, or could have been, a false alarm. */
import { randomUUID } from 'node:crypto'
import http from 'node:http'
import { describe, expect, test } from 'vitest'
import type { Finding } from '../../src/evidence/report.js'
import { diagnose } from '../../src/index.js'
import { findingOf } from '../support/examine.js'
import { serveSecurely } from '../support/secure-server.js'
import { type Handler, serve, steady } from '../support/stream-server.js'

const head = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform' }

/** Calls a handler every so often for as long as the client stays. */
const every =
  (ms: number, write: (response: http.ServerResponse, number: number) => void): Handler =>
  (_request, response) => {
    response.writeHead(200, head).flushHeaders()
    let number = 0
    const timer = setInterval(() => write(response, ++number), ms)
    response.once('close', () => clearInterval(timer))
  }

describe.concurrent('no false alarm:', () => {
  describe('delivery/buffered is silent about', () => {
    const id = 'delivery/buffered'

    // On a busy machine the timers of this process may leave half a second between two flights.
    test('large events that come in flights, as they do over a long way', { retry: 2 }, async () => {
      await using server = await serve(
        every(900, (response) => {
          response.write(`data: ${'x'.repeat(20_000)}`)
          for (const ms of [100, 200]) setTimeout(() => response.write('x'.repeat(20_000)), ms)
          setTimeout(() => response.write('\n\n'), 300)
        }),
      )
      expect(await findingOf(id, server.url, { for: 4000 })).toMatchObject({ state: 'pass' })
    })

    test('heartbeats of several lines', async () => {
      await using server = await serve(every(700, (response) => response.write(': still\n: here\n\ndata: 1\n\n')))
      expect(await findingOf(id, server.url, { for: 2500 })).toMatchObject({ state: 'pass' })
    })

    test('a handler that thinks for a second, and then says it all', async () => {
      await using server = await serve((_request, response) => {
        response.writeHead(200, head).flushHeaders()
        setTimeout(() => response.end('data: 1\n\ndata: 2\n\ndata: 3\n\n'), 1200)
      })
      expect(await findingOf(id, server.url, { for: 3000 })).toMatchObject({ state: 'pass' })
    })

    test('a front whose connections get events of their own', async () => {
      const personal = every(100, (response) => response.write(`id: ${randomUUID()}\ndata: ${randomUUID()}\n\n`))
      await using app = await serve(personal)
      await using front = await serve(personal)
      expect(await findingOf(id, front.url, { for: 2500, origin: app.origin })).toMatchObject({ state: 'pass' })
    })

    test('a front behind which each connection has pings of its own beside the news', async () => {
      const news = steady({ everyMs: 150 })
      const stream: Handler = (request, response) => {
        news(request, response)
        const timer = setInterval(() => response.write(`event: ping\ndata: ${randomUUID()}\n\n`), 130)
        response.once('close', () => clearInterval(timer))
      }
      await using app = await serve(stream)
      await using front = await serve((_request, response) => {
        const upstream = http.get(app.url, { agent: false }, (answer) => {
          response.writeHead(200, answer.headers)
          answer.pipe(response)
        })
        upstream.on('error', () => {})
        response.once('close', () => upstream.destroy())
      })
      expect(await findingOf(id, front.url, { for: 2500, origin: app.origin })).toMatchObject({ state: 'pass' })
    })
  })

  test('a server that serves one client after the other is blamed for that, and for nothing else', async () => {
    const stream = steady()
    const waiting: (() => void)[] = []
    let isBusy = false
    await using server = await serve((request, response) => {
      const begin = () => {
        isBusy = true
        response.once('close', () => {
          isBusy = false
          waiting.shift()?.()
        })
        stream(request, response)
      }
      if (isBusy) waiting.push(() => !response.destroyed && begin())
      else begin()
    })
    const report = await diagnose({ urls: [server.url], for: 4000 })
    expect(report.findings.find((one) => one.id === 'delivery/compressed')).toMatchObject({ state: 'unknown' })
    const errors = report.findings.filter(({ state, severity }) => state === 'fail' && severity === 'error')
    expect(errors.map((one) => one.id).filter((id) => id !== 'server/one-at-a-time')).toEqual([])
  })

  describe('resume/ignored is silent about', () => {
    const id = 'resume/ignored'

    test('a server that resumes, and has one client at a time', async () => {
      const stream = steady()
      let open = 0
      await using server = await serve((request, response) => {
        if (open > 0) {
          response.writeHead(429).end()
          return
        }
        open++
        response.once('close', () => open--)
        stream(request, response)
      })
      expect(await findingOf(id, server.url, { for: 2500 })).toMatchObject({ state: 'pass' })
    })

    test('a snapshot at the start of each connection', async () => {
      let number = 0
      const listeners = new Set<() => void>()
      const clock = setInterval(() => {
        number++
        for (const listener of listeners) listener()
      }, 100)
      await using server = await serve((_request, response) => {
        response.writeHead(200, head)
        response.write(`event: snapshot\nid: ${number}\ndata: all of ${number}\n\n`)
        const listener = () => void response.write(`event: change\nid: ${number}\ndata: ${number}\n\n`)
        listeners.add(listener)
        response.once('close', () => listeners.delete(listener))
      })
      const finding = await findingOf(id, server.url, { for: 2500 })
      clearInterval(clock)
      expect(finding).toMatchObject({ state: 'skip', reason: expect.stringContaining('begins with a snapshot') })
    })

    test('ids that are sealed anew for each connection', async () => {
      const seal = (place: number) => Buffer.from(`${place}.${randomUUID()}`).toString('base64url')
      const unseal = (text: string) => Number(String(Buffer.from(text, 'base64url')).split('.')[0])
      const begun = Date.now()
      await using server = await serve((request, response) => {
        response.writeHead(200, head).flushHeaders()
        const last = request.headers['last-event-id']
        const now = () => Math.floor((Date.now() - begun) / 100)
        let sent = typeof last === 'string' ? unseal(last) : now()
        const timer = setInterval(() => {
          while (sent < now()) response.write(`id: ${seal(++sent)}\ndata: news ${sent}\n\n`)
        }, 50)
        response.once('close', () => clearInterval(timer))
      })
      expect(await findingOf(id, server.url, { for: 2500 })).toMatchObject({ state: 'pass' })
    })

    test('an answer of its own to each connection that ends and is asked for again: a warning, and nothing is counted', async () => {
      await using server = await serve((_request, response) => {
        response.writeHead(200, head).flushHeaders()
        let number = 0
        const timer = setInterval(() => {
          response.write(`id: ${++number}\ndata: event ${number}\n\n`)
          if (number === 9) response.end()
        }, 150)
        response.once('close', () => clearInterval(timer))
      })
      expect(await findingOf(id, server.url, { for: 5000 })).toMatchObject({
        severity: 'warning',
        measured: expect.stringContaining('began again with 1: each connection has ids of its own'),
      })
    })

    test('streams of which each has ids and data of its own: not known', async () => {
      await using server = await serve(
        every(100, (response) => response.write(`id: ${randomUUID()}\ndata: ${randomUUID()}\n\n`)),
      )
      const finding = await findingOf(id, server.url, { for: 2500 })
      expect(finding).toMatchObject({ state: 'unknown', reason: expect.stringContaining('nothing can be compared') })
    })
  })

  test('what every connection begins with is left out, and what is missing behind it is found', async () => {
    let last = 100
    const listeners = new Set<() => void>()
    const clock = setInterval(() => {
      last++
      for (const listener of listeners) listener()
    }, 150)
    await using server = await serve((_request, response) => {
      response.writeHead(200, head)
      for (const one of [1, 2]) response.write(`id: ${one}\ndata: first ${one}\n\n`)
      const listener = () => void response.write(`id: ${last}\ndata: ${last}\n\n`)
      listeners.add(listener)
      response.once('close', () => listeners.delete(listener))
    })
    const finding = await findingOf('resume/ignored', server.url, { for: 3000 })
    clearInterval(clock)
    expect(finding).toMatchObject({ severity: 'error', measured: expect.stringMatching(/began at 1\d\d: \d+ lost$/) })
  })

  test('ids that begin anew with each connection are no history, though three come at once', async () => {
    await using server = await serve(
      every(600, (response, number) => {
        for (const one of [1, 2, 3]) response.write(`id: ${number * 3 + one}\ndata: ${number}\n\n`)
      }),
    )
    const finding = await findingOf('resume/replays-everything', server.url, { for: 5000 })
    expect(finding).toMatchObject({ state: 'pass' })
  })

  test('a stream that says that it is encoded as none, as graphql-sse does, is read', async () => {
    const stream = steady({ headers: { 'content-encoding': 'none' } })
    await using server = await serve(stream)
    const report = await diagnose({ urls: [server.url], for: 2500 })
    expect(report.streams?.[0]?.events).toBeGreaterThan(5)
    const blamed = report.findings.filter(({ state, severity }) => state === 'fail' && severity !== 'info')
    expect(blamed.map(({ id }) => id)).toEqual(['connection/http-version'])
  })

  test('a POST over TLS that a page of another origin makes is made twice, and its answers tell all the same', async () => {
    let asked = 0
    await using server = await serveSecurely(
      (request, response) => {
        if (request.method === 'POST') asked++
        response.writeHead(200, { ...head, 'access-control-allow-origin': 'https://app.example' })
        const timer = setInterval(() => response.write('data: 1\n\n'), 100)
        response.once('close', () => clearInterval(timer))
      },
      { http2: true },
    )
    const { findings } = await diagnose({
      urls: [server.url],
      for: 2000,
      insecure: true,
      method: 'POST',
      body: '{}',
      pageOrigin: 'https://app.example',
    })
    const stateOf = (id: string): Finding['state'] | undefined => findings.find((one) => one.id === id)?.state
    expect(asked).toBe(2)
    expect(stateOf('cors/origin')).toBe('pass')
    expect(stateOf('connection/http-version')).toBe('pass')
    expect(stateOf('h2/stream-limit')).toBe('pass')
  })
})
