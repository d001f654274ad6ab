/** The other forms: a SharedWorker that holds the connection, the native form, other origins, and a machine that slept. */
import { once } from 'node:events'
import http from 'node:http'
import type { Browser, BrowserContext, Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { bundle, type StreamServer, startStreamServer } from '../coordinator/stream-server.js'
import { account, endings, launchChromium, seenBy, until } from './coordinator-tabs.js'

let browser: Browser
let context: BrowserContext
let server: StreamServer
/** Serves the pages where the stream is of another origin. */
let pages: http.Server
let pagesUrl = ''

beforeAll(async () => {
  browser = await launchChromium()
  const scripts: Record<string, string> = {
    '/index.js': await bundle('index', 'esm'),
    '/native.js': await bundle('native', 'esm'),
    '/shared-worker.js': await bundle('shared-worker', 'esm'),
    '/worker.js': await bundle('worker'),
  }
  pages = http.createServer((request, response) => {
    const script = scripts[request.url ?? '']
    if (script !== undefined) response.setHeader('content-type', 'text/javascript').end(script)
    else if (request.url?.startsWith('/events')) {
      const { hostname, port } = new URL(server.url)
      const upstream = http.get({ hostname, port, path: request.url, headers: request.headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        response.flushHeaders()
        answer.pipe(response)
      })
      upstream.on('error', () => response.destroy())
      response.on('close', () => upstream.destroy())
    } else response.setHeader('content-type', 'text/html').end('<!doctype html><title>page</title>')
  })
  pages.listen(0, '127.0.0.1')
  await once(pages, 'listening')
  const address = pages.address()
  pagesUrl = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
})
afterAll(async () => {
  await browser?.close()
  pages.closeAllConnections()
  pages.close()
})
beforeEach(async () => {
  context = await browser.createBrowserContext()
  server = await startStreamServer()
})
afterEach(async () => {
  await context.close()
  await server.close()
})

/** Opens a page that shares a stream by what `make`, a module's text, leaves in `source`. */
async function openTab(make: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(pagesUrl)
  await page.evaluate(async (make) => {
    const url = URL.createObjectURL(
      new Blob([make.replaceAll("'/", `'${location.origin}/`)], { type: 'text/javascript' }),
    )
    // Written out, or the test runner would make the import its own.
    const { source } = (await new Function('url', 'return import(url)')(url)) as { source: EventSource }
    const seen: Seen = { ids: [], at: [], log: [] }
    Object.assign(globalThis, { seen, source })
    source.onopen = () => seen.log.push('open')
    source.onerror = () => seen.log.push(`error ${source.readyState}`)
    source.addEventListener('gap', () => seen.log.push('gap'))
    source.onmessage = (event) => seen.ids.push(event.lastEventId)
  }, make)
  return page
}
type Seen = Awaited<ReturnType<typeof seenBy>>

async function expectAllToReceive(tabs: Page[]): Promise<void> {
  const from = server.lastId
  for (const tab of tabs) {
    await until(async () => Number((await seenBy(tab)).ids.at(-1) ?? 0) > from + 5, `a tab sees more than ${from}`)
    expect(account((await seenBy(tab)).ids)).toEqual({ lost: 0, duplicated: 0 })
  }
}

const byWorker = `
  import { SharedEventSource } from '/index.js'
  import { sharedWorker } from '/shared-worker.js'
  export const source = new SharedEventSource('/events', { strategy: sharedWorker({ url: '/worker.js' }) })
`
const byLocks = `
  import { SharedEventSource } from '/index.js'
  export const source = new SharedEventSource('/events')
`

test('a SharedWorker holds the connection, and no tab that closes interrupts it', async () => {
  const tabs = [await openTab(byWorker), await openTab(byWorker), await openTab(byLocks)]
  await expectAllToReceive(tabs)
  expect(server.requests).toHaveLength(1)
  await tabs.shift()?.close()
  await expectAllToReceive(tabs)
  expect(server.requests).toHaveLength(1)
  await tabs.shift()?.close()
  await expectAllToReceive(tabs)
  // The worker left with the last tab that had introduced itself; the other tab goes on alone.
  await until(() => server.requests.length === 2 && server.open === 1, 'the tab that is left leads')
})

test('SSECoordinator shares by the worker too, whatever else it is told', async () => {
  const page = await openTab(byWorker)
  await page.evaluate(async () => {
    const code = `
      import { SSECoordinator } from '${location.origin}/index.js'
      import { sharedWorker } from '${location.origin}/shared-worker.js'
      globalThis.heard = []
      new SSECoordinator({
        url: '/events',
        strategy: sharedWorker({ url: '/worker.js' }),
        onEvent: ({ id }) => globalThis.heard.push(id),
        logger: console,
        signal: new AbortController().signal,
      }).connect()`
    const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))
    await new Function('url', 'return import(url)')(url)
  })
  await until(async () => ((await page.evaluate('globalThis.heard')) as string[]).length > 5, 'it has heard')
  expect(server.requests).toHaveLength(1)
})

test('when the worker dies a tab takes over at once', async () => {
  const tabs = [await openTab(byWorker), await openTab(byWorker), await openTab(byWorker)]
  await expectAllToReceive(tabs)
  // The worker lives in the process of the tab that made it, and dies with that without a word.
  const [host] = tabs.splice(0, 1)
  if (host) await endings.crash(host)
  await expectAllToReceive(tabs)
  expect(server.open).toBe(1)
  expect(server.requests).toHaveLength(2)
  for (const tab of tabs) expect((await seenBy(tab)).log).toEqual(['open'])
})

test('when the worker hangs a visible tab takes the lead', async () => {
  const tabs = [await openTab(byWorker), await openTab(byWorker)]
  await expectAllToReceive(tabs)
  const target = browser.targets().find((one) => one.type() === 'shared_worker')
  const session = await target?.createCDPSession()
  session
    ?.send('Runtime.evaluate', { expression: 'const end = Date.now() + 7000; while (Date.now() < end);' })
    .catch(() => {})
  await tabs[1]?.bringToFront()
  await expectAllToReceive(tabs)
  await until(() => server.open === 1, 'the worker has woken and closed its stream')
})

test('where the worker cannot be loaded the tabs do without', async () => {
  const tabs = [
    await openTab(byWorker.replace('/worker.js', '/missing')),
    await openTab(byWorker.replace('/worker.js', '/missing')),
  ]
  await expectAllToReceive(tabs)
  expect(server.requests).toHaveLength(1)
})

test('the native form shares one EventSource, and resumes by the parameter', async () => {
  const make = `
    import { SharedEventSource } from '/native.js'
    export const source = new SharedEventSource('/events', { lastEventIdParam: 'lastEventId' })
  `
  const tabs = [await openTab(make), await openTab(make), await openTab(make)]
  await expectAllToReceive(tabs)
  expect(server.mostOpen).toBe(1)
  const leader = tabs.shift()
  if (leader) await endings.close(leader)
  await expectAllToReceive(tabs)
  server.drop()
  await expectAllToReceive(tabs)
  expect(server.requests).toHaveLength(3)
  expect(server.requests.slice(1).every(({ url }) => /lastEventId=\d+/.test(url))).toBe(true)
  for (const tab of tabs) expect((await seenBy(tab)).log).toEqual(['open', 'error 0', 'open'])
})

test('the native form without a parameter tells of the gap', async () => {
  const make = `
    import { SharedEventSource } from '/native.js'
    export const source = new SharedEventSource('/events')
  `
  const tabs = [await openTab(make), await openTab(make)]
  await expectAllToReceive(tabs)
  await tabs.shift()?.close()
  await until(async () => (await seenBy(tabs[0] as Page)).log.includes('gap'), 'the tab is told')
})

test('a stream of another origin is read natively, with no preflight, and resumes by the parameter', async () => {
  server.habits.headers = { 'access-control-allow-origin': '*' }
  const make = `
    import { SharedEventSource } from '/index.js'
    export const source = new SharedEventSource('${server.url}/events', { lastEventIdParam: 'lastEventId' })
  `
  const tabs = [await openTab(make), await openTab(make)]
  await expectAllToReceive(tabs)
  await tabs.shift()?.close()
  await expectAllToReceive(tabs)
  expect(server.requests.map(({ method }) => method)).toEqual(['GET', 'GET'])
  expect(server.requests[1]?.lastEventId).toMatch(/^\d+$/)
})

test.each([
  [
    'of another origin',
    (url: string) => `import { SharedEventSource } from '/index.js'
    export const source = new SharedEventSource('${url}/events', { lastEventIdParam: 'lastEventId' })`,
  ],
  [
    'in the smallest form',
    () => `import { SharedEventSource } from '/native.js'
    export const source = new SharedEventSource('/events', { lastEventIdParam: 'lastEventId' })`,
  ],
])('a leader that reloads cancels its EventSource, and ends nobody else’s stream (%s)', async (_what, make) => {
  server.habits.headers = { 'access-control-allow-origin': '*' }
  const tabs = [await openTab(make(server.url)), await openTab(make(server.url)), await openTab(make(server.url))]
  await expectAllToReceive(tabs)
  await tabs.shift()?.reload()
  await expectAllToReceive(tabs)
  expect(server.open).toBe(1)
  for (const tab of tabs) expect((await seenBy(tab)).log).toEqual(['open'])
})
