/**
 * The experiment that looks for zombies: a tab is reloaded eight times, as fast as it goes, and then sent to another page.
 * Streams that are open then and belong to no live page hold a connection for nobody.
 *
 * A page over plain HTTP is counted at a proxy of ours that the browser goes through, by address and origin unchanged; over
 * TLS a proxy sees no streams, and the browser's own events have to do.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { isHeld } from '../../evidence/app.js'
import type { NotDone, ReloadTrial } from '../../evidence/app-evidence.js'
import { createProxy, type Proxy as DevProxy } from '../../proxy/index.js'
import type { LaunchedBrowser } from '../launch.js'
import { type OpenApp, type OpenAppOptions, openApp } from './open-app.js'

const reloads = 8
/** Between two reloads: a page has begun, and nobody has read it. */
const betweenMs = 150
/** A connection whose page has gone is closed within this time, even on a busy machine. */
const leaveMs = 2000

/** How long it takes, for the progress shown. */
export const plannedReloadMs = 12_000

export async function measureReload(
  browser: LaunchedBrowser,
  url: string,
  options: Omit<OpenAppOptions, 'tabs'>,
): Promise<ReloadTrial | NotDone> {
  if (browser.engine === 'firefox')
    return { notDone: 'skip', reason: 'Firefox cannot be counted this way; use a Chromium' }
  const signal = options.signal ?? new AbortController().signal
  const isPlain = url.startsWith('http:')
  await using proxy = isPlain ? await createProxy({ forward: true, allowHosts: [new URL(url).hostname] }) : undefined
  await using app = await openApp(browser, url, { ...options, tabs: 1, ...(proxy && { proxyServer: proxy.url }) })
  await app.settle()
  const { firstStreamMs = 0 } = options
  const before = await countOf(app, proxy, { least: 1, waitMs: firstStreamMs, signal })
  if (before === 0) return { notDone: 'skip', reason: 'no event stream of the page was open' }
  const [tab] = app.tabs
  if (!tab) throw new RangeError('the experiment needs a tab')
  for (let turn = 1; turn < reloads; turn++) {
    // A reload that cuts another short is what is wanted here.
    tab.page.reload({ waitUntil: 'domcontentloaded' }).catch(() => {})
    await sleep(betweenMs, undefined, { signal })
  }
  await tab.page.reload({ waitUntil: 'load' }).catch(() => {})
  await sleep(leaveMs, undefined, { signal })
  await app.settle()
  const after = await countOf(app, proxy, { least: before, waitMs: firstStreamMs, signal })
  return {
    reloads,
    before,
    after,
    countedAt: proxy ? 'proxy' : 'browser',
    afterLeaving: proxy ? await countAfterLeaving(app, proxy, signal) : null,
  }
}

async function countAfterLeaving(app: OpenApp, proxy: DevProxy, signal: AbortSignal): Promise<number> {
  await app.tabs[0]?.page.goto('about:blank')
  await sleep(leaveMs, undefined, { signal })
  return streamsAt(proxy)
}

/** The streams that are open; where they are fewer than `least`, the server is given time to answer. */
async function countOf(
  app: OpenApp,
  proxy: DevProxy | undefined,
  { least, waitMs, signal }: { least: number; waitMs: number; signal: AbortSignal },
): Promise<number> {
  const giveUpAt = performance.now() + waitMs
  while (countOpen(app, proxy) < least && performance.now() < giveUpAt) await sleep(50, undefined, { signal })
  return countOpen(app, proxy)
}

function countOpen(app: OpenApp, proxy: DevProxy | undefined): number {
  if (proxy) return streamsAt(proxy)
  const streams = app.observers().flatMap((observer) => observer.streams())
  return streams.filter((stream) => isHeld(stream) && !stream.fromServiceWorker).length
}

function streamsAt(proxy: DevProxy): number {
  return proxy.ledger.streams().filter(({ closedAt }) => closedAt === null).length
}
