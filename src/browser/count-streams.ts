/** Counts the event streams of a page for a test: in a browser of its own, or in a page that the test has opened. */
import type { CDPSession, Page } from 'puppeteer-core'
import { expectKnownOptions } from '../config/known-options.js'
import { SseCoordError } from '../error.js'
import { isHeld, type ObservedStream } from '../evidence/app.js'
import type { AppPageOptions } from './app-page-options.js'
import { expectSteps } from './experiments/app-steps.js'
import { openApp } from './experiments/open-app.js'
import { findBrowser } from './find.js'
import { launchBrowser } from './launch.js'
import { askedOrigins } from './streams/count-origins.js'
import { describeStream } from './streams/describe-stream.js'
import { observeSession, observeStreams, type StreamObserver } from './streams/observe-streams.js'
import { blindSpotsOfFirefox, observeStreamsBidi } from './streams/observe-streams-bidi.js'
import { blindSpotsOfScript, observeStreamsByScript, type ScriptablePage } from './streams/observe-streams-script.js'
import { openSourceMaps } from './streams/source-maps.js'
import { waitForQuiet } from './streams/wait-for-quiet.js'

/** A page of Playwright or Puppeteer; whatever has their methods will do. */
export interface PageLike {
  url(): string
}

export interface CountStreamsOptions extends AppPageOptions {
  /** The page to open in a browser of our own. */
  url?: string
  /**
   * A page that a test has opened, of Playwright or Puppeteer, before it goes anywhere: streams that are open already are
   * not seen. Of the other options only `insecure`, `quietMs`, `settleMs` and `signal` matter then.
   */
  page?: PageLike
  /** With `url`: tabs to open, 1 to 50. Default: 1. */
  tabs?: number
  /** With `url`: `chrome`, `chromium`, `edge`, `firefox` or a path. Default: the first that is found. */
  browser?: string
  /** With `url`: run the browser in its sandbox. Default: true; as root false, and then only pages of this machine open. */
  sandbox?: boolean
}

const known: Record<keyof CountStreamsOptions, true> = {
  url: true,
  page: true,
  tabs: true,
  browser: true,
  sandbox: true,
  steps: true,
  setup: true,
  cookies: true,
  headers: true,
  insecure: true,
  timeoutMs: true,
  quietMs: true,
  settleMs: true,
  signal: true,
}

/** The streams at one moment. */
export interface StreamCount {
  /** What each tab holds, the first tab first. */
  perTab: ObservedStream[][]
  /** What shared workers and service workers hold, which belong to no one tab. */
  shared: ObservedStream[]
  /** By origin, all tabs together; those that came out of a service worker are counted at the worker. */
  perOrigin: Record<string, number>
  /** The most that one tab holds. */
  most: number
  /** The first tab that did not load, or waits for a connection. Null where there is none, or nobody can tell. */
  firstStalledTab: number | null
  /** False when streams still came and went when the time was up. */
  settled: boolean
  /** What this browser cannot show, in sentences. */
  blindSpots: string[]
}

/** A count that goes on until it is closed. */
export interface StreamRun extends AsyncDisposable {
  /** Waits until no stream comes or goes, and counts. May be called again and again. */
  count(): Promise<StreamCount>
  /** Ends the count, and the browser if it is ours. */
  close(): Promise<void>
}

/**
 * Begins to count. With `url` it resolves once the tabs are open, with `page` at once: send the page on its way then.
 *
 *     await using run = await countStreams({ page })
 *     await page.goto(url)
 *     expect((await run.count()).most).toBe(1)
 *
 * @throws SseCoordError `bad-option` without `url` and `page` or with both, `browser-not-found`, `browser-not-started`,
 * `page-not-loaded` and `step-failed` as their messages say.
 */
export async function countStreams(options: CountStreamsOptions): Promise<StreamRun> {
  expectKnownOptions('countStreams', options, known)
  const { url, page } = options
  if (url !== undefined && page === undefined) return countInOwnBrowser(url, options)
  if (page !== undefined && url === undefined) return countInPage(page, options)
  throw new SseCoordError('bad-option', 'countStreams takes either url or page.', {
    hint: 'await countStreams({ url: "http://localhost:3000/" }) or await countStreams({ page })',
  })
}

async function countInOwnBrowser(url: string, options: CountStreamsOptions): Promise<StreamRun> {
  const { tabs = 1, sandbox, insecure = false, signal, browser: wanted } = options
  if (!(Number.isInteger(tabs) && tabs >= 1 && tabs <= 50)) {
    throw new SseCoordError('bad-option', `tabs must be a whole number from 1 to 50, not ${tabs}.`)
  }
  expectSteps(options.steps ?? [])
  const found = await findBrowser(wanted === undefined ? {} : { browser: wanted })
  const browser = await launchBrowser(found, {
    insecure,
    ...(sandbox !== undefined && { sandbox }),
    ...(signal && { signal }),
  })
  try {
    const app = await openApp(browser, url, { ...options, tabs, trusted: sandbox === false })
    return runOf({
      async count() {
        const seen = await app.observe()
        return toCount({
          perTab: seen.perTab.map(({ streams }) => streams),
          shared: seen.shared,
          firstStalledTab: seen.firstStalledTab,
          settled: seen.settled,
          blindSpots: seen.blindSpots,
        })
      },
      async close() {
        await app.close()
        await browser.close()
      },
    })
  } catch (error) {
    await browser.close()
    throw error
  }
}

async function countInPage(page: PageLike, options: CountStreamsOptions): Promise<StreamRun> {
  const { quietMs = 1500, settleMs = 10_000, insecure = false, signal = new AbortController().signal } = options
  const begin = performance.now()
  const { observer, blindSpots } = await observePage(page)
  return runOf({
    async count() {
      const settled = await waitForQuiet(() => [observer], { quietMs, settleMs, signal })
      const maps = openSourceMaps({ pageUrl: page.url(), origins: askedOrigins([observer]), insecure, signal })
      const streams = await Promise.all(observer.streams().map((stream) => describeStream(stream, begin, maps)))
      return toCount({ perTab: [streams], shared: [], firstStalledTab: null, settled, blindSpots })
    },
    close: () => observer.close(),
  })
}

/** What Puppeteer's and Playwright's pages are known by. */
interface AnyPage {
  createCDPSession?: () => Promise<CDPSession>
  browser?: () => { protocol?: string } | null
  context?: () => { newCDPSession?: (page: unknown) => Promise<CDPSession> }
  exposeBinding?: unknown
  addInitScript?: unknown
}

const ofOnePage = ['The page alone is seen: no streams of shared workers and service workers.']
const ofPlaywright = [
  ...ofOnePage,
  'Playwright starts workers itself: who opened a stream in a worker may stay unknown, and one that is opened as the worker starts may be missed.',
]

async function observePage(page: PageLike): Promise<{ observer: StreamObserver; blindSpots: string[] }> {
  const any = page as AnyPage
  if (typeof any.createCDPSession === 'function') {
    const isBidi = any.browser?.()?.protocol === 'webDriverBiDi'
    if (isBidi) return { observer: await observeStreamsBidi(page as Page), blindSpots: [...blindSpotsOfFirefox] }
    return { observer: await observeStreams(page as Page), blindSpots: ofOnePage }
  }
  if (typeof any.context === 'function' && typeof any.addInitScript === 'function') {
    // Browsers other than Chromium refuse.
    const session = await any
      .context()
      .newCDPSession?.(page)
      ?.catch(() => undefined)
    if (session) return { observer: await observeSession(session, 'page'), blindSpots: ofPlaywright }
    const observer = await observeStreamsByScript(page as PageLike & ScriptablePage)
    return { observer, blindSpots: [...blindSpotsOfScript] }
  }
  throw new SseCoordError('bad-option', 'page must be a page of Playwright or Puppeteer.', {
    hint: 'Give the page itself, not its context or browser.',
  })
}

function toCount({
  perTab,
  shared,
  ...rest
}: Pick<StreamCount, 'perTab' | 'shared' | 'firstStalledTab' | 'settled' | 'blindSpots'>): StreamCount {
  const tabs = perTab.map((streams) => streams.filter(isHeld))
  const workers = shared.filter(isHeld)
  const perOrigin: Record<string, number> = {}
  for (const { url, fromServiceWorker } of [...tabs.flat(), ...workers]) {
    if (fromServiceWorker || !URL.canParse(url)) continue
    const { origin } = new URL(url)
    perOrigin[origin] = (perOrigin[origin] ?? 0) + 1
  }
  return {
    perTab: tabs,
    shared: workers,
    perOrigin,
    most: Math.max(0, ...tabs.map((streams) => streams.length)),
    ...rest,
  }
}

function runOf({ count, close }: Pick<StreamRun, 'count' | 'close'>): StreamRun {
  return { count, close, [Symbol.asyncDispose]: close }
}
