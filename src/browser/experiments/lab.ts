/**
 * One place to experiment in: a mock stream, the counting proxy in front of it, and tabs in a browser context of their
 * own. Every lab has its own origin and its own pool of connections, so that labs can stand side by side.
 */
import { readFile } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import type { BrowserContext, Page } from 'puppeteer-core'
import { createMock, type Mock } from '../../mock/index.js'
import { packageRoot } from '../../package.js'
import { createProxy, type Proxy as DevProxy } from '../../proxy/index.js'
import type { LaunchedBrowser } from '../launch.js'
import { type NetworkObserver, observeNetwork } from '../observe-network.js'
import { openTabs } from '../open-tabs.js'
import { elsewherePage, type StreamKind, type TabScript, tabPage } from './pages.js'

/** One tab of a lab. */
export interface Tab {
  url: string
  page: Page
  network: NetworkObserver
  /** Opens the tab's stream. */
  start(): Promise<void>
  /** Every event that the page's handler got so far. */
  received(): Promise<TabScript['received']>
  /** Goes back in the tab's history; resolves with whether the page came out of the back/forward cache. */
  goBack(): Promise<boolean>
  /** Asks the lab's server from inside the page. */
  ask(waitMs: number): ReturnType<TabScript['ask']>
  close(): Promise<void>
}

/** See the head of this file. */
export interface Lab extends AsyncDisposable {
  /** What the tabs see: the proxy's address. */
  origin: string
  mock: Mock
  proxy: DevProxy
  context: BrowserContext
  /** The tabs' page under a URL that no tab has yet: equal URLs wait for one another in the HTTP cache. */
  nextTabUrl(): string
  /** Opens tabs, loaded but without a stream. */
  openTabs(count: number): Promise<Tab[]>
}

/** What a lab is made of. */
export interface LabOptions {
  kind: StreamKind
  /** Time between two events of the mock stream. */
  everyMs: number
  /** Aborted: no further tab is opened. */
  signal: AbortSignal
}

/** Sets up a lab; `await using` takes it down again, tabs, sockets and all. */
export async function openLab(browser: LaunchedBrowser, options: LabOptions): Promise<Lab> {
  const mock = await createMock({ everyMs: options.everyMs, historySize: 2000, routes: await routesFor(options.kind) })
  const closers = [() => mock.close()]
  async function close(): Promise<void> {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    const proxy = await createProxy({ target: mock.url })
    closers.push(() => proxy.close())
    options.signal.throwIfAborted()
    const context = await browser.puppeteer.createBrowserContext()
    closers.push(() => context.close().catch(ignoreDeadBrowser))

    let urls = 0
    const nextTabUrl = () => `${proxy.url}/tab?${++urls}`
    return {
      origin: proxy.url,
      mock,
      proxy,
      context,
      nextTabUrl,
      async openTabs(count) {
        const observers: NetworkObserver[] = []
        const pages = await openTabs(context, Array.from({ length: count }, nextTabUrl), {
          signal: options.signal,
          prepare: async (page, index) => {
            observers[index] = await observeNetwork(page)
          },
        })
        return pages.flatMap((page, index) => (observers[index] ? [makeTab(page, observers[index])] : []))
      },
      [Symbol.asyncDispose]: close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** A page out of the back/forward cache is there at once. */
const goBackMs = 2000

function makeTab(page: Page, network: NetworkObserver): Tab {
  let questions = 0
  const run = <T>(script: string) => page.evaluate(script) as Promise<T>
  return {
    url: page.url(),
    page,
    network,
    start: () => run('tab.start()'),
    received: () => run('tab.received'),
    async goBack() {
      await page.goBack({ waitUntil: 'load', timeout: goBackMs }).catch(() => null)
      return run<boolean>('globalThis.tab?.restored === true').catch(() => false)
    },
    ask: (waitMs) => run(`tab.ask(location.href.replace('/tab?', '/ping?${++questions}-'), ${waitMs})`),
    async close() {
      await network.close()
      if (!page.isClosed()) await page.close()
    },
  }
}

/** What the mock serves besides its stream. The page may enter the back/forward cache: it is not `no-store`. */
async function routesFor(kind: StreamKind): Promise<Record<string, RequestListener>> {
  const serve =
    (type: string, body: string): RequestListener =>
    (_request, response) =>
      response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-cache' }).end(body)
  return {
    '/tab': serve('text/html', tabPage(kind)),
    '/elsewhere': serve('text/html', elsewherePage),
    '/coordinator.js': serve(
      'text/javascript',
      await readFile(new URL('dist/coordinator.global.js', packageRoot), 'utf8'),
    ),
  }
}

/** A browser that is gone has closed its contexts. */
function ignoreDeadBrowser(): void {}
