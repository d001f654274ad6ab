/**
 * SharedEventSource beside the browser's own EventSource: the same script against the same server, and the same log.
 */
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Frame } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { bundle } from '../coordinator/stream-server.js'
import { launchChromium, until } from './coordinator-tabs.js'

type Answer = (response: http.ServerResponse, request: http.IncomingMessage) => void

const stream =
  (text: string | Buffer, type = 'text/event-stream'): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': type })
    response.write(text)
  }
const streamAndEnd =
  (text: string, type = 'text/event-stream'): Answer =>
  (response) =>
    void response.writeHead(200, { 'content-type': type }).end(text)
const status =
  (code: number, headers: http.OutgoingHttpHeaders = {}): Answer =>
  (response) =>
    void response.writeHead(code, headers).end()

/** What the server answers to the first, second, … request; the last answer stays. */
const cases: Record<string, Answer[]> = {
  'an event of each shape': [
    stream(
      'data: one\n\nevent: tick\nid: 7\ndata: two\ndata\ndata:three\n\n: comment\n\nid: 8\n\ndata: four\n\nevent: tick\n\ndata:  five\nunknown: x\n\n',
    ),
  ],
  'every kind of line end, and a byte order mark': [stream('\uFEFFdata: a\r\n\r\ndata: b\r\rdata: c\n\n')],
  'an id with NUL, and an id taken back': [stream('id: 1\ndata: a\n\nid: x\0y\ndata: b\n\nid\ndata: c\n\n')],
  'an id outside Latin-1 that comes back in the header': [
    streamAndEnd('retry: 50\nid: größe ☂\ndata: a\n\n'),
    (response, request) =>
      stream(`data: ${Buffer.from(String(request.headers['last-event-id']), 'latin1')}\n\n`)(response, request),
  ],
  'malformed UTF-8': [stream(Buffer.from([...Buffer.from('data: '), 0xff, 0xc3, ...Buffer.from('\n\n')]))],
  'one event after the other, each awaited, in one piece': [
    stream('event: step\ndata: a\n\nevent: step\ndata: b\n\nevent: step\ndata: c\n\n'),
  ],
  'an end in the middle of an event': [
    streamAndEnd('retry: 50\nid: 1\ndata: a\n\nid: 2\ndata: half\n'),
    stream('data: next\n\n'),
  ],
  'a type that has a charset': [stream('data: a\n\n', 'text/event-stream; charset=utf-8')],
  'a type in capitals': [stream('data: a\n\n', 'TEXT/Event-Stream;charset=UTF-8')],
  'a wrong content type': [streamAndEnd('data: a\n\n', 'text/plain')],
  'no content type': [(response) => void response.writeHead(200).end('data: a\n\n')],
  204: [status(204)],
  404: [status(404)],
  500: [status(500)],
  '503 with Retry-After': [status(503, { 'retry-after': '1' })],
  '204 on reconnect': [streamAndEnd('retry: 50\ndata: a\n\n'), status(204)],
  '502 on reconnect': [streamAndEnd('retry: 50\ndata: a\n\n'), status(502)],
  'a redirect': [status(307, { location: 'elsewhere?redirected' }), stream('data: a\n\n')],
  'a redirect, and a reconnect that goes straight to the target': [
    status(301, { location: 'elsewhere?redirected' }),
    streamAndEnd('retry: 50\ndata: a\n\n'),
    (response, request) => stream(`data: ${request.url?.split('/').at(-1)}\n\n`)(response, request),
  ],
  // Says its one word when all that were opened are there.
  'one shared stream': [
    (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      setTimeout(() => response.write('data: shared\n\n'), 1_500)
    },
  ],
  'a server that is away for two attempts': [
    streamAndEnd('retry: 40\nid: 3\ndata: a\n\n'),
    (response) => void response.destroy(),
    (response) => void response.destroy(),
    (response, request) => stream(`data: after ${request.headers['last-event-id']}\n\n`)(response, request),
  ],
  'a reset connection': [
    (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('retry: 50\nid: 3\ndata: a\n\n')
      // Not before the page has read it: a reset takes away what is on the way.
      setTimeout(() => response.socket?.resetAndDestroy(), 1_000)
    },
    (response, request) => stream(`data: after ${request.headers['last-event-id']}\n\n`)(response, request),
  ],
}

/** An app that has never heard of us. */
const appOf: Record<string, string> = {
  tag: `<script>
    heard = []
    source = new EventSource('/app/one shared stream')
    source.onmessage = (event) => heard.push(event.data)
  </script>`,
}

/** How often each kind of reader has asked for each stream. */
const counts = new Map<string, number>()
let browser: Browser
let script = ''
const servers: http.Server[] = []
let base = ''

beforeAll(async () => {
  browser = await launchChromium()
  script = await bundle('global')
  base = await startOrigin()
})

afterAll(async () => {
  await browser?.close()
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
})

/** Serves the pages and the streams, on a port of its own. */
async function startOrigin(): Promise<string> {
  const server = http.createServer((request, response) => {
    const [, kind = '', key = ''] = (request.url ?? '').split('/').map(decodeURIComponent)
    if (kind === 'coordinator.js') response.setHeader('content-type', 'text/javascript').end(script)
    else if (kind === 'page') {
      // The page tells the two apart, so the browser's own class keeps its name here.
      const tag = `<script src="/coordinator.js"${key === 'tag' ? '' : ' data-replace="off"'}></script>`
      response.setHeader('content-type', 'text/html').end(`<!doctype html>${tag}${appOf[key] ?? ''}`)
    } else {
      const answers = cases[key] ?? []
      const asker = `${key} ${kind}`
      const count = counts.get(asker) ?? 0
      counts.set(asker, count + 1)
      response.setHeader('cache-control', 'no-store')
      answers[Math.min(count, answers.length - 1)]?.(response, request)
    }
  })
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Reads a stream; what has been noted so far is what `readLog()` returns. */
function read(name: string): void {
  const [kind = '', ...words] = name.split(' ')
  const Source = (globalThis as unknown as Record<string, typeof EventSource>)[kind] ?? EventSource
  const log: string[] = []
  const source = new Source(`/${kind}/${encodeURIComponent(words.join(' '))}/events`)
  const note = (event: Event) => {
    const { type, data, lastEventId, origin } = event as MessageEvent
    const state = source.readyState
    log.push(
      event instanceof MessageEvent
        ? `${type} ${JSON.stringify(data)} id ${JSON.stringify(lastEventId)} ${origin === location.origin} ${state}`
        : `${type} ${state}`,
    )
  }
  source.onopen = note
  source.onerror = note
  source.onmessage = note
  source.addEventListener('tick', note)
  // An app that listens for one event, and for the next when it has that.
  const next = async () => new Promise<Event>((resolve) => source.addEventListener('step', resolve, { once: true }))
  const follow = async () => {
    for (;;) note(await next())
  }
  follow()
  Object.assign(globalThis, { readLog: () => [...log, `in the end ${source.readyState}`] })
}

/** Resolves when all of them have loaded. */
async function addFrames(urls: string[]): Promise<void> {
  const add = (url: string) =>
    new Promise((resolve) => {
      const frame = document.createElement('iframe')
      frame.onload = resolve
      frame.src = url
      document.body.append(frame)
    })
  await Promise.all(urls.map(add))
}

describe('the log is that of EventSource', () => {
  const readers = new Map<string, Frame>()
  const logOf = (kind: string, key: string) => readers.get(`${kind} ${key}`)?.evaluate('readLog()') as Promise<string[]>

  // All at once, each in a frame of an origin of its own: no reader finds a connection that another has left.
  beforeAll(async () => {
    const page = await browser.newPage()
    await page.goto(`${base}/page`)
    const names = Object.keys(cases).flatMap((key) => [`EventSource ${key}`, `SharedEventSource ${key}`])
    const urls = await Promise.all(names.map(async () => `${await startOrigin()}/page`))
    await page.evaluate(addFrames, urls)
    for (const [index, name] of names.entries()) {
      const frame = page.frames().find((frame) => frame.url() === urls[index])
      if (!frame) throw new Error(`no frame for ${name}`)
      readers.set(name, frame)
    }
    await Promise.all([...readers].map(([name, frame]) => frame.evaluate(read, name)))
    await sleep(1_500)
  })

  test.each(Object.keys(cases))('%s', async (key) => {
    // What is noted after this is not looked for; what is late on a busy machine is waited for.
    await vi.waitFor(
      async () => {
        const native = await logOf('EventSource', key)
        expect(native.length).toBeGreaterThan(1)
        expect(await logOf('SharedEventSource', key)).toEqual(native)
      },
      { timeout: 30_000 },
    )
  })
})

test('the interface is that of EventSource', async () => {
  const page = await browser.newPage()
  await page.goto(`${base}/page`)
  const [native, shared] = await page.evaluate(() => {
    function describe(Source: typeof EventSource) {
      // What is null counts as left out, as the standard has it for dictionaries.
      new Source('/x/y/z', null as unknown as EventSourceInit).close()
      const source = new Source('/x/y/z', { withCredentials: true })
      const order: string[] = []
      source.addEventListener('message', () => order.push('first'))
      source.onmessage = () => order.push('old handler')
      source.addEventListener('message', { handleEvent: () => order.push('last') })
      source.onmessage = () => order.push('new handler')
      source.dispatchEvent(new MessageEvent('message'))
      source.onmessage = null
      source.dispatchEvent(new MessageEvent('message'))
      const tries = ['http://[', ''].map((url) => {
        try {
          const made = new Source(url)
          made.close()
          return made.url
        } catch (error) {
          return `${(error as Error).name} ${error instanceof DOMException}`
        }
      })
      const summary = {
        order,
        tries,
        states: [Source.CONNECTING, Source.OPEN, Source.CLOSED, source.CONNECTING, source.OPEN, source.CLOSED],
        values: [source.url, source.withCredentials, source.readyState, source.onopen, source.onerror],
        enumerable: ['url', 'readyState', 'onopen', 'close', 'OPEN'].map((name) => name in source),
        isTarget: source instanceof EventTarget,
        keeps:
          Object.getOwnPropertyDescriptor(Source, 'OPEN')?.writable ??
          Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Source), 'OPEN')?.writable,
        withoutNew: (() => {
          try {
            ;(Source as unknown as () => void)()
            return 'made'
          } catch (error) {
            return (error as Error).name
          }
        })(),
      }
      source.close()
      source.close()
      return { ...summary, closed: source.readyState }
    }
    const { SharedEventSource } = globalThis as unknown as { SharedEventSource: typeof EventSource }
    return [describe(EventSource), describe(SharedEventSource)]
  })
  expect(shared).toEqual(native)
})

test('a page that was opened with a password in its URL has its stream too', async () => {
  const page = await browser.newPage()
  await page.goto(`${base.replace('//', '//ada:secret@')}/page`)
  await page.evaluate(read, 'SharedEventSource an event of each shape')
  await until(async () => ((await page.evaluate('readLog()')) as string[]).includes('in the end 1'), 'it is open')
  await page.close()
})

test('one script tag makes an app that knows nothing of it share one stream', async () => {
  const context = await browser.createBrowserContext()
  const pages = await Promise.all([1, 2, 3].map(() => context.newPage()))
  for (const page of pages) await page.goto(`${base}/page/tag`)
  for (const page of pages) await until(() => page.evaluate('heard.length > 0') as Promise<boolean>, 'a tab has heard')
  for (const page of pages) {
    expect(await page.evaluate('globalThis.heard')).toEqual(['shared'])
    expect(await page.evaluate('EventSource === SharedEventSource')).toBe(true)
    expect(await page.evaluate('Object.keys(sseCoord).sort().join()')).toBe(
      'EventSource,SSECoordinator,SharedEventSource',
    )
    expect(await page.evaluate('String(sseCoord.EventSource).includes("native code")')).toBe(true)
  }
  expect(counts.get('one shared stream app')).toBe(1)
  await context.close()
})

test('with data-replace="off" it leaves EventSource alone', async () => {
  const page = await browser.newPage()
  await page.goto(`${base}/page`)
  expect(await page.evaluate('EventSource !== SharedEventSource && EventSource === sseCoord.EventSource')).toBe(true)
  await page.close()
})

test('the script may be there twice', async () => {
  const page = await browser.newPage()
  await page.goto(`${base}/page/tag`)
  const same = await page.evaluate(async () => {
    const { sseCoord } = globalThis as unknown as { sseCoord: { EventSource: unknown } }
    const native = sseCoord.EventSource
    const script = document.createElement('script')
    script.src = '/coordinator.js/again'
    await new Promise((resolve) => {
      script.onload = resolve
      document.head.append(script)
    })
    return sseCoord === (globalThis as unknown as { sseCoord: unknown }).sseCoord && native === sseCoord.EventSource
  })
  expect(same).toBe(true)
  await page.close()
})
