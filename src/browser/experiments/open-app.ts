/**
 * The user's own app in real tabs, opened one after the other as people do, each watched from before its first byte. The
 * browser speaks to the app itself; nothing is put between them.
 */
import type { BrowserContext, CDPSession } from 'puppeteer-core'
import type { AppObservation } from '../../evidence/app.js'
import type { AppPageOptions } from '../app-page-options.js'
import type { LaunchedBrowser } from '../launch.js'
import { askedOrigins, countOrigins, isFull, watchPeaks } from '../streams/count-origins.js'
import { observeStreams, type StreamObserver } from '../streams/observe-streams.js'
import { observeStreamsBidi } from '../streams/observe-streams-bidi.js'
import { noWorkers, observeWorkers } from '../streams/observe-workers.js'
import { openSourceMaps } from '../streams/source-maps.js'
import { waitForQuiet, waitForStream } from '../streams/wait-for-quiet.js'
import { expectTrusted } from '../trust.js'
import { doSteps, expectSteps, runSetup, setCookies } from './app-steps.js'
import type { AppTab } from './app-tab.js'
import { describeApp } from './describe-app.js'
import { loadPage } from './load-page.js'

export interface OpenAppOptions extends AppPageOptions {
  /** Tabs to open: 1 to 50. */
  tabs: number
  /** Puts this proxy between browser and app, `http://127.0.0.1:PORT`, loopback included. Default: none. Chromium only. */
  proxyServer?: string
  /** Runs for each session of a tab before anything runs in it. Chromium only. */
  prepare?: (session: CDPSession, target: string) => Promise<unknown>
  /** A script that runs before those of the page, in every page and frame. */
  script?: string
  /** Open pages of other machines although the browser runs without its sandbox. Default: false. */
  trusted?: boolean
  /** How long, in milliseconds, a page without a stream is given to open its first once it is quiet. Default: 0. */
  firstStreamMs?: number
  /** Hears of each tab once it is open: loaded, or known not to load. */
  onTab?: (tab: number, isLoaded: boolean) => void
}

/** The app while its tabs are open. */
export interface OpenApp extends AsyncDisposable {
  context: BrowserContext
  tabs: readonly AppTab[]
  /** Those of the tabs, and of workers that belong to no tab. */
  observers(): StreamObserver[]
  /** Opens one more tab, as those before. */
  openTab(): Promise<AppTab>
  /** Waits until the streams are quiet; resolves with false when they still change after `settleMs`. */
  settle(): Promise<boolean>
  /** Settles, and counts. */
  observe(): Promise<AppObservation>
  close(): Promise<void>
}

/** How long a new tab stays in front without a stream coming or going, before the next one is opened. */
const frontMs = 300

/**
 * Opens the tabs.
 *
 * @throws SseCoordError `page-not-loaded` when the first tab does not load, `step-failed` when a step cannot be done in a tab
 * that is not stalled, `bad-target` and `bad-option` for a page that cannot or must not be opened. Rejects with
 * `signal.reason` when that aborts.
 */
export async function openApp(browser: LaunchedBrowser, url: string, options: OpenAppOptions): Promise<OpenApp> {
  const { signal = new AbortController().signal, timeoutMs = 30_000, quietMs = 1500, settleMs = 10_000 } = options
  expectTrusted(browser, url, options.trusted ?? false)
  expectSteps(options.steps ?? [])
  const begin = performance.now()
  const { proxyServer, firstStreamMs = 0 } = options
  const context = await browser.puppeteer.createBrowserContext(
    proxyServer === undefined ? {} : { proxyServer, proxyBypassList: ['<-loopback>'] },
  )
  const prepare = (session: CDPSession, target: string) => prepareSession(session, target, options)
  const tabs: AppTab[] = []
  const closers: (() => unknown)[] = [() => context.close().catch(() => {})] // A browser that is gone has closed them.
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    await setCookies(context, url, options.cookies ?? [])
    if (options.setup)
      await runSetup(context, url, options.setup, { headers: options.headers ?? {}, timeoutMs, signal })
    const isFirefox = browser.engine === 'firefox'
    const workers = isFirefox ? noWorkers : await observeWorkers(browser, context, { prepare })
    closers.push(() => workers[Symbol.asyncDispose]())
    const observers = () => [...tabs.map((tab) => tab.observer), ...workers.observers()]
    const peaks = watchPeaks(observers)
    closers.push(() => peaks.close())

    // Firefox numbers no connections.
    const origins = () => countOrigins(observers(), isFirefox ? undefined : peaks.sockets())

    async function openTab(): Promise<AppTab> {
      signal.throwIfAborted()
      const page = await context.newPage()
      const observer = isFirefox
        ? await observeStreamsBidi(page, options)
        : await observeStreams(page, { prepare, isSentElsewhere: workers.isSent })
      const tab: AppTab = { page, observer, openedAt: performance.now(), loadMs: null, failedStep: null }
      tabs.push(tab)
      const isFullOf = (address: string) =>
        origins().some((origin) => origin.origin === new URL(address).origin && isFull(origin))
      const limits = { isFirst: tabs.length === 1, timeoutMs, signal, isFull: isFullOf }
      tab.loadMs = await loadPage(page, url, observer, limits)
      if (tab.loadMs !== null) {
        tab.failedStep = await doSteps(page, options.steps ?? [], limits)
        // While it is in front: the timers of hidden tabs are late.
        await waitForQuiet(() => [observer], { quietMs: Math.min(quietMs, frontMs), settleMs: frontMs * 5, signal })
      }
      options.onTab?.(tabs.length, tab.loadMs !== null)
      return tab
    }
    const settle = async () => {
      const isQuiet = await waitForQuiet(observers, { quietMs, settleMs, signal })
      if (!(await waitForStream(observers, firstStreamMs, signal))) return isQuiet
      return waitForQuiet(observers, { quietMs, settleMs, signal })
    }

    async function observe(): Promise<AppObservation> {
      const settled = await settle()
      const maps = openSourceMaps({
        pageUrl: url,
        origins: askedOrigins(observers()),
        headers: await headersFor(context, url, options.headers),
        insecure: options.insecure ?? false,
        signal,
      })
      const workerStreams = workers.observers().flatMap((observer) => observer.streams())
      return describeApp({ url, browser, tabs, workerStreams, origins: origins(), settled, begin, maps })
    }
    for (let tab = 1; tab <= options.tabs; tab++) await openTab()
    return { context, tabs, observers, openTab, settle, observe, close, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw signal.aborted ? signal.reason : error
  }
}

/** What a session is given before anything runs in it: headers to send, and the script. */
async function prepareSession(
  session: CDPSession,
  target: string,
  { headers, script, prepare }: OpenAppOptions,
): Promise<void> {
  const isDocument = target === 'page' || target === 'iframe'
  await Promise.all([
    prepare?.(session, target),
    headers && session.send('Network.setExtraHTTPHeaders', { headers: { ...headers } }),
    script !== undefined && isDocument && session.send('Page.addScriptToEvaluateOnNewDocument', { source: script }),
  ])
}

/** What a source map may need to be had: the headers that were asked for, and the page's cookies. */
async function headersFor(
  context: BrowserContext,
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Record<string, string>> {
  const { hostname } = new URL(url)
  const cookies = (await context.cookies()).filter(({ domain }) => domain === hostname)
  if (cookies.length === 0) return { ...headers }
  return { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; '), ...headers }
}
