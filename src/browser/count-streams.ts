/** Counts the event streams of a page for a test: in a browser of its own, or in a page that the test has opened. */
import { expectKnownOptions, type KnownOptions } from '../config/known-options.js'
import { SseCoordError } from '../error.js'
import type { AppPageOptions } from './app-page-options.js'
import { expectSteps } from './experiments/app-steps.js'
import { openApp } from './experiments/open-app.js'
import { findBrowser } from './find.js'
import { launchBrowser } from './launch.js'
import type { PageLike } from './page-like.js'
import { type StreamCount, toCount } from './stream-count.js'
import { askedOrigins } from './streams/count-origins.js'
import { describeStream } from './streams/describe-stream.js'
import { observePage } from './streams/observe-page.js'
import { openSourceMaps } from './streams/source-maps.js'
import { waitForQuiet } from './streams/wait-for-quiet.js'

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

const known: KnownOptions<CountStreamsOptions> = {
  url: 'text',
  page: 'object',
  tabs: 'number',
  browser: 'text',
  sandbox: 'boolean',
  steps: 'list',
  setup: 'function',
  cookies: 'list',
  headers: 'object',
  insecure: 'boolean',
  timeoutMs: 'number',
  quietMs: 'number',
  settleMs: 'number',
  signal: 'signal',
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

function runOf({ count, close }: Pick<StreamRun, 'count' | 'close'>): StreamRun {
  return { count, close, [Symbol.asyncDispose]: close }
}
