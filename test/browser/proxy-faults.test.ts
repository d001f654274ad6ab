/** What a real EventSource makes of each fault: one page in Chromium, and for each fault a stream of its own. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findBrowser, type LaunchedBrowser, launchBrowser } from '../../src/browser/index.js'
import { catalog } from '../../src/faults/index.js'
import { createProxy, type Proxy as DevProxy } from '../../src/proxy/index.js'
import { needs } from '../support/needs.js'
import { type App, startApp } from './both-browsers.js'

/** What an EventSource has seen, with moments on the page's clock. */
interface Seen {
  opens: number[]
  messages: { at: number; id: string; data: string }[]
  errors: { at: number; state: number }[]
  state: number
}

interface Case {
  fault: string
  /** Same-origin cases share the six connections of one proxy; others have a proxy each. */
  sameOrigin?: true
  path?: string
  expect(seen: Seen): void
  /** What the requests have been that reached the proxy, in their order. */
  requests?: (urls: string[]) => void
}

const [connecting, open, closed] = [0, 1, 2]
const numbers = ({ messages }: Seen): number[] => messages.map(({ data }) => Number(data))
const inOrder = (seen: Seen): void => {
  expect(numbers(seen)).toEqual(numbers(seen).map((_, index) => index + 1))
  expect(numbers(seen).length).toBeGreaterThan(3)
}
const undisturbed = (seen: Seen): void => {
  expect(seen).toMatchObject({ opens: [expect.any(Number)], errors: [], state: open })
  inOrder(seen)
}
const reconnected = (seen: Seen): void => {
  expect(seen.opens.length).toBeGreaterThan(1)
  expect(seen.errors.length).toBeGreaterThan(0)
  expect(seen.errors.every(({ state }) => state === connecting)).toBe(true)
  inOrder(seen)
}
const closedForGood = (seen: Seen): void => {
  expect(seen).toMatchObject({ opens: [], messages: [], errors: [{ state: closed }], state: closed })
}

const cases: Case[] = [
  { fault: 'latency:300ms', expect: undisturbed },
  { fault: 'jitter:30ms', expect: undisturbed },
  { fault: 'bandwidth:400B', expect: undisturbed },
  { fault: 'slice:1', expect: undisturbed },
  {
    fault: 'stall:1s@event=2',
    expect(seen) {
      undisturbed(seen)
      expect((seen.messages[2]?.at ?? 0) - (seen.messages[1]?.at ?? 0)).toBeGreaterThan(700)
    },
  },
  { fault: 'black-hole', expect: (seen) => expect(seen).toMatchObject({ opens: [], errors: [], state: connecting }) },
  {
    fault: 'half-open@event=2',
    expect: (seen) => expect([seen.state, seen.errors, numbers(seen)]).toEqual([open, [], [1, 2]]),
  },
  { fault: 'close@event=2', expect: reconnected },
  { fault: 'cut@event=2', expect: reconnected },
  { fault: 'reset@event=2', expect: reconnected },
  {
    fault: 'slow-close:400ms',
    path: '/ends',
    expect(seen) {
      expect(seen.errors[0]?.state).toBe(connecting)
      expect((seen.errors[0]?.at ?? 0) - (seen.messages.find(({ data }) => data === '3')?.at ?? 0)).toBeGreaterThan(300)
    },
  },
  { fault: 'limit:100B', expect: reconnected },
  {
    fault: 'idle-cut:200ms',
    path: '/quiet',
    expect: (seen) => expect(seen.errors.map(({ state }) => state)).toContain(connecting),
  },
  { fault: 'close-after:300ms', expect: reconnected },
  {
    fault: 'buffer:1s',
    expect(seen) {
      const [first] = seen.messages
      expect((first?.at ?? 0) - (seen.opens[0] ?? 0)).toBeGreaterThan(700)
      expect(seen.messages.filter(({ at }) => at - (first?.at ?? 0) < 20).length).toBeGreaterThan(5)
      inOrder(seen)
    },
  },
  {
    fault: 'buffer:300B',
    expect(seen) {
      inOrder(seen)
      // One burst is what came between two silences of more than the stream's own 40 ms.
      const gaps = seen.messages.slice(1).map(({ at }, index) => at - (seen.messages[index]?.at ?? 0))
      expect(gaps.filter((gap) => gap > 200).length).toBeGreaterThan(1)
      expect(gaps.filter((gap) => gap < 20).length).toBeGreaterThan(10)
    },
  },
  {
    fault: 'gzip-hold',
    expect: (seen) =>
      expect(seen).toMatchObject({ opens: [expect.any(Number)], messages: [], errors: [], state: open }),
  },
  { fault: 'drop-event@event=2', expect: (seen) => expect(numbers(seen).slice(0, 3)).toEqual([1, 3, 4]) },
  { fault: 'duplicate-event@event=2', expect: (seen) => expect(numbers(seen).slice(0, 4)).toEqual([1, 2, 2, 3]) },
  { fault: 'reorder-events@event=2', expect: (seen) => expect(numbers(seen).slice(0, 4)).toEqual([1, 3, 2, 4]) },
  { fault: 'no-ids', expect: (seen) => expect(new Set(seen.messages.map(({ id }) => id))).toEqual(new Set([''])) },
  { fault: 'same-id', expect: (seen) => expect(new Set(seen.messages.map(({ id }) => id))).toEqual(new Set(['1'])) },
  {
    fault: 'retry:700ms',
    path: '/ends',
    expect: (seen) => expect((seen.opens[1] ?? 0) - (seen.errors[0]?.at ?? 0)).toBeGreaterThan(600),
  },
  { fault: 'status', sameOrigin: true, expect: closedForGood },
  { fault: 'status:503,retry-after=1s', sameOrigin: true, expect: closedForGood },
  { fault: 'status:404', sameOrigin: true, expect: closedForGood },
  { fault: 'status:204', sameOrigin: true, expect: closedForGood },
  {
    fault: 'status:502@connection=2',
    sameOrigin: true,
    path: '/ends',
    expect(seen) {
      expect(seen.errors.map(({ state }) => state)).toEqual([connecting, closed])
      expect(seen.opens).toHaveLength(1)
    },
  },
  {
    fault: 'status:204@connection=2',
    sameOrigin: true,
    path: '/ends',
    expect: (seen) => expect(seen.errors.map(({ state }) => state)).toEqual([connecting, closed]),
  },
  {
    fault: 'wrong-type@connection=2',
    path: '/ends',
    expect: (seen) => expect(seen.errors.map(({ state }) => state)).toEqual([connecting, closed]),
  },
  { fault: 'wrong-type', expect: closedForGood },
  { fault: 'no-type', expect: closedForGood },
  { fault: 'no-cors', expect: closedForGood },
  { fault: 'redirect', sameOrigin: true, expect: undisturbed },
  { fault: 'redirect:301', sameOrigin: true, expect: undisturbed },
  {
    fault: 'redirect:308',
    sameOrigin: true,
    path: '/ends',
    expect: reconnected,
    requests(urls) {
      expect(urls.slice(0, 4).map((url) => url.includes('redirected=1'))).toEqual([false, true, true, true])
    },
  },
  {
    fault: 'late-headers:500ms',
    expect(seen) {
      undisturbed(seen)
      expect((seen.messages[0]?.at ?? 0) - (seen.opens[0] ?? 0)).toBeLessThan(100)
    },
  },
  { fault: 'refuse@connection=1', expect: inOrder },
  { fault: 'invalid-utf8', expect: (seen) => expect(seen.messages[0]?.data).toMatch(/^1\ufffd/) },
  {
    fault: 'bom@event=2',
    expect: (seen) => expect(seen.messages.slice(0, 3).map(({ id }) => id)).toEqual(['1', '1', '3']),
  },
  { fault: 'lone-cr', expect: undisturbed },
  { fault: 'unknown-field', expect: undisturbed },
  {
    fault: 'oversized:300KiB',
    expect: (seen) => expect(seen.messages[0]?.data.length).toBeGreaterThan(300_000),
  },
]

/** An event each 40 ms from the one after `Last-Event-ID`; `/ends` ends after three, `/quiet` sends one. */
function serveEvents(request: IncomingMessage, response: ServerResponse): void {
  const path = new URL(request.url ?? '/', 'http://app').pathname
  if (path === '/') {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><link rel="icon" href="data:,">')
    return
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', 'access-control-allow-origin': '*' })
  response.write('retry: 50\n\n')
  let number = Number(request.headers['last-event-id'] ?? 0)
  let sent = 0
  const send = (): void => {
    response.write(`id: ${++number}\ndata: ${number}\n\n`)
    if (++sent === 3 && path.startsWith('/ends')) response.end()
    if (path.startsWith('/quiet') || response.writableEnded) clearInterval(timer)
  }
  const timer = setInterval(send, 40)
  response.on('close', () => clearInterval(timer))
}

/** Opens a stream in the page for each URL and keeps account of it. */
function watchStreams(urls: string[]): void {
  const all = urls.map((url) => {
    const seen: Seen = { opens: [], messages: [], errors: [], state: 0 }
    const source = new EventSource(url)
    source.onopen = () => seen.opens.push(performance.now())
    source.onmessage = ({ data, lastEventId }) => seen.messages.push({ at: performance.now(), id: lastEventId, data })
    source.onerror = () => seen.errors.push({ at: performance.now(), state: source.readyState })
    return () => ({ ...seen, state: source.readyState })
  })
  Object.assign(window, { look: () => all.map((look) => look()) })
}

const pathOf = ({ path = '/events' }: Case, index: number): string => `${path}/${index}/`

/** Throws where what was seen is not what a case expects. */
function judge(one: Case, seen: Seen | undefined, requests: string[]): void {
  expect(seen).toBeDefined()
  if (seen) one.expect(seen)
  one.requests?.(requests)
}

function holds(...given: Parameters<typeof judge>): boolean {
  try {
    judge(...given)
    return true
  } catch {
    return false
  }
}

describe.runIf(needs('chromium'))('faults in Chromium', () => {
  let browser: LaunchedBrowser
  let app: App
  const proxies: DevProxy[] = []
  let seen: Seen[] = []
  const requested: string[] = []
  const requestsOf = (one: Case, index: number) => requested.filter((url) => url.startsWith(pathOf(one, index)))

  beforeAll(async () => {
    app = await startApp(serveEvents)
    browser = await launchBrowser(await findBrowser())
    const own = cases.flatMap((one, index) =>
      one.sameOrigin ? [`${one.fault}${one.fault.includes('@') ? ',' : '@'}path=${pathOf(one, index)}`] : [],
    )
    const shared = await createProxy({ target: app.url, faults: own })
    proxies.push(shared)
    shared.ledger.on('request-started', ({ url }) => requested.push(url))
    const urls: string[] = []
    for (const [index, one] of cases.entries()) {
      if (one.sameOrigin) {
        urls.push(shared.url + pathOf(one, index))
        continue
      }
      const proxy = await createProxy({ target: app.url, faults: [one.fault], seed: 1 })
      proxies.push(proxy)
      urls.push(proxy.url + pathOf(one, index))
    }
    const page: Page = await browser.puppeteer.newPage()
    await page.goto(`${shared.url}/`)
    await page.evaluate(watchStreams, urls)
    // A busy machine takes longer than the faults do: without a type, for one, Chromium waits for bytes to sniff.
    for (let round = 0; round < 10; round++) {
      await wait(round === 0 ? 3500 : 1000)
      seen = await page.evaluate(() => (window as unknown as { look(): Seen[] }).look())
      if (cases.every((one, index) => holds(one, seen[index], requestsOf(one, index)))) break
    }
  }, 60_000)
  afterAll(async () => {
    await browser.close()
    await Promise.all(proxies.map((proxy) => proxy.close()))
    app.close()
  })

  test('every fault of the catalog is tried', () => {
    const tried = new Set(cases.map(({ fault }) => fault.split(/[:@]/, 1)[0]))
    expect(catalog.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([])
  })

  test.each(cases.map((one, index) => [one.fault, one, index] as const))('%s', (_fault, one, index) => {
    judge(one, seen[index], requestsOf(one, index))
  })
})
