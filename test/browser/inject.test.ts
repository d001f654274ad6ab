/** The coordinator in an app that knows nothing of it, in real browsers through the real proxy. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Browser, Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createProxy, type Proxy as DevProxy } from '../../src/proxy/index.js'
import { type Injection, injectCoordinator } from '../../src/proxy/inject/index.js'
import { insertScript } from '../../src/proxy/inject/insert-script.js'
import { needs } from '../support/needs.js'
import { type App, bothBrowsers, startApp } from './both-browsers.js'
import { launchChromium, until } from './coordinator-tabs.js'

const tabs = 8
const inline = 'var got = []; new EventSource("/events").onmessage = (event) => got.push(event.data)'

/** An unmodified app; its pages differ in their policies. */
const heads: Record<string, { policy?: string; head: string }> = {
  '/': { head: `<script>${inline}</script>` },
  '/nonce': {
    policy: "default-src 'self'; script-src 'strict-dynamic' 'nonce-cGFnZQ=='",
    head: `<script nonce="cGFnZQ==">${inline}</script>`,
  },
  '/self': { policy: "default-src 'self'", head: '<script src="/app.js"></script>' },
  '/meta': {
    head: `<meta http-equiv="content-security-policy" content="script-src 'nonce-m'; connect-src 'self'"><script nonce="m">${inline}</script>`,
  },
  '/forbidden': { policy: "script-src 'sha256-SCRIPT'", head: '' },
}

let app: App

function serve({ url = '/' }: IncomingMessage, response: ServerResponse): void {
  if (url === '/events') {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    let count = 0
    const timer = setInterval(() => response.write(`id: ${++count}\ndata: ${count}\n\n`), 50)
    response.on('close', () => clearInterval(timer))
    return
  }
  if (url === '/app.js') return void response.writeHead(200, { 'content-type': 'text/javascript' }).end(inline)
  if (url === '/worker.js') {
    const text = `onfetch = (event) => { if (event.request.mode === 'navigate') event.respondWith(caches.match('/cached')) }
      oninstall = (event) => { event.waitUntil(caches.open('a').then((cache) => cache.add('/cached'))); skipWaiting() }
      onactivate = (event) => event.waitUntil(clients.claim())`
    return void response.writeHead(200, { 'content-type': 'text/javascript' }).end(text)
  }
  const page = heads[url] ?? heads['/']
  const headers = page?.policy ? { 'content-security-policy': page.policy } : {}
  response.writeHead(200, { 'content-type': 'text/html', ...headers })
  response.end(
    `<!doctype html><html lang="en"><head data-app><link rel="icon" href="data:,">${page?.head}</head><body>app</body></html>`,
  )
}

beforeAll(async () => {
  const digest = Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(inline))).toString('base64')
  heads['/forbidden'] = { policy: `script-src 'sha256-${digest}'`, head: `<script>${inline}</script>` }
  app = await startApp(serve)
})

afterAll(() => app.close())

describe.each(bothBrowsers)('in %s', (program, launch) => {
  describe.runIf(needs(program))('an unmodified app', () => {
    let browser: Browser
    let proxy: DevProxy
    let injection: Injection

    beforeAll(async () => {
      browser = await launch()
    })
    afterAll(() => browser?.close())

    async function start(on: boolean): Promise<AsyncDisposable> {
      proxy = await createProxy({ target: app.url })
      injection = await injectCoordinator(proxy, { on })
      return {
        async [Symbol.asyncDispose]() {
          for (const page of await browser.pages()) if (page.url().startsWith(proxy.url)) await page.close()
          injection.close()
          await proxy.close()
        },
      }
    }

    const received = (page: Page) => page.evaluate(() => (globalThis as unknown as { got: string[] }).got.length)
    const streams = () => proxy.ledger.snapshot().origins.find(({ origin }) => origin === proxy.url)?.streaming ?? 0

    /** Opens a tab at a time. */
    async function openTabs(path: string, count: number): Promise<Page[]> {
      const pages: Page[] = []
      for (let index = 0; index < count; index++) {
        const page = await browser.newPage()
        pages.push(page)
        await page.goto(proxy.url + path, { waitUntil: 'domcontentloaded' })
      }
      return pages
    }

    test('holds six streams without injection, and a seventh gets nothing', async () => {
      await using _started = await start(false)
      const [page] = (await openTabs('/', 6)) as [Page]
      await until(() => streams() === 6, 'six streams are open')
      await until(async () => (await received(page)) > 2, 'the first tab receives')
      // Not one more tab: Firefox loads its document on a connection beyond the six, and may put its stream there too.
      const seventh = await page.evaluate(async () => {
        const source = new EventSource('/events')
        await new Promise((resolve) => setTimeout(resolve, 500))
        return source.readyState
      })
      expect(seventh).toBe(0) // connecting
      expect(streams()).toBe(6)
      const { mostStreams = 0, mostSockets = 0 } = injection.snapshot().origins[0]?.plain ?? {}
      expect({ mostStreams, mostSockets }).toEqual({ mostStreams: 6, mostSockets: 6 })
    })

    test.each(['/', '/nonce', '/self', '/meta'])('shares one stream among eight tabs of %s with it', async (path) => {
      await using _started = await start(true)
      const pages = await openTabs(path, tabs)
      for (const page of pages) await until(async () => (await received(page)) > 2, 'every tab receives')
      expect(streams()).toBe(1)
      const [page] = pages
      expect(await page?.evaluate(() => document.querySelectorAll('script[src*=sse-coord]').length)).toBe(0)
      expect(await page?.evaluate(() => document.head.hasAttribute('data-app'))).toBe(true)
      expect(injection.snapshot()).toMatchObject({
        failures: [],
        origins: [{ plain: null, shared: { documents: tabs, coordinators: tabs, streams: 1, mostStreams: 1 } }],
      })
    })

    test('keeps its own EventSource where its policy forbids the script, and that is said', async () => {
      await using _started = await start(true)
      const pages = await openTabs('/forbidden', 2)
      for (const page of pages) await until(async () => (await received(page)) > 2, 'every tab receives')
      expect(streams()).toBe(2)
      expect(injection.snapshot().failures).toMatchObject([
        { page: `${proxy.url}/forbidden`, reason: 'policy', text: expect.stringContaining('hashes'), count: 2 },
      ])
    })

    test('is not reached behind a service worker that serves from its cache, and that is said', async () => {
      await using _started = await start(true)
      const [page] = await openTabs('/first', 1)
      await page?.evaluate(async () => {
        await navigator.serviceWorker.register('/worker.js')
        await navigator.serviceWorker.ready
        if (!navigator.serviceWorker.controller) {
          await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve))
        }
      })
      const [cached] = await openTabs('/served-by-the-worker', 1)
      await until(async () => (await received(cached as Page)) > 2, 'the tab receives')
      await until(() => injection.snapshot().failures.length > 0, 'it is said')
      expect(injection.snapshot().failures).toMatchObject([
        { page: `${proxy.url}/served-by-the-worker`, reason: 'service-worker' },
      ])
    })
  })
})

describe.runIf(needs('chromium'))('the browser’s own parser', () => {
  test('sees the same document with and without the script, whatever the markup', async () => {
    const browser = await launchChromium()
    try {
      const page = await browser.newPage()
      const cases = await Promise.all(Array.from({ length: 400 }, (_, seed) => scriptInto(uglyMarkup(seed))))
      const wrong = await page.evaluate((cases) => {
        const shape = (html: string) => {
          const parsed = new DOMParser().parseFromString(html, 'text/html')
          const script = parsed.querySelector('script[src=injected]')
          const isFirst = parsed.querySelector('script') === script
          const inHead = script?.parentNode === parsed.head
          script?.remove()
          return { html: parsed.documentElement.outerHTML, mode: parsed.compatMode, isFirst, inHead, found: !!script }
        }
        return cases.filter(({ before, after }) => {
          const [plain, injected] = [shape(before), shape(after)]
          const isSame = plain.html === injected.html && plain.mode === injected.mode
          return !isSame || (injected.found && !(injected.isFirst && injected.inHead))
        })
      }, cases)
      expect(wrong).toEqual([])
      expect(cases.filter(({ before, after }) => before !== after).length).toBeGreaterThan(200)
    } finally {
      await browser.close()
    }
  })
})

const fragments = [
  ' ',
  '\n',
  '<!doctype html>',
  '<!-- a > -->',
  '<!-->',
  '<!--->',
  '<!-- <!-->',
  '<!-- --!>',
  '<?xml version="1"?>',
  '<!x>',
  '<html>',
  '<HTML lang="a>b">',
  "<html a='>' b = c/>",
  '<html ="x>',
  '<head>',
  '<head a>',
  '<HEAD\n b="/>">',
  '<head/>',
  '<header>',
  '<title>t</title>',
  '<meta charset=utf-8>',
  '<script>1</script>',
  '<body>',
  'words',
  '<p>',
  '<3',
  '<',
  '<template>',
  '<noscript>',
  '<frameset>',
  '<base href="/">',
] // prettier-ignore

/** A row of fragments that is the same for the same seed. */
function uglyMarkup(seed: number): string {
  let state = seed * 2654435761 + 1
  const next = () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return state / 2 ** 32
  }
  return Array.from(
    { length: 1 + Math.floor(next() * 9) },
    () => fragments[Math.floor(next() * fragments.length)],
  ).join('')
}

async function scriptInto(before: string): Promise<{ before: string; after: string }> {
  const tag = '<script src=injected></script>'
  const stream = insertScript({ tag, mostSearched: 10_000, onSettled() {} })
  const pieces: Buffer[] = []
  stream.on('data', (piece: Buffer) => pieces.push(piece))
  for (const byte of Buffer.from(before)) stream.write(Buffer.from([byte]))
  stream.end()
  await new Promise((resolve) => stream.once('close', resolve))
  return { before, after: Buffer.concat(pieces).toString() }
}
