/**
 * The experiment that shows the limit: N tabs, each with a stream; does a request still get through, does one more tab
 * still load? Once with a plain EventSource in every tab, once with the coordinator.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { StallSide } from '../../evidence/report.js'
import { roundMs } from '../../evidence/round-ms.js'
import type { LaunchedBrowser } from '../launch.js'
import { sum } from '../observe-network.js'
import { type Lab, openLab, type Tab } from './lab.js'
import type { StreamKind } from './pages.js'

/** How long a request and a new tab are waited for before they count as stalled. */
const waitMs = 2000
/** The picture counts as settled when it has not changed for this long … */
const quietMs = 400
/** … and is taken as it is after this long. */
const settleMs = 8000

/** How long one side takes, for the progress shown. */
export function plannedStallMs(kind: StreamKind, tabs: number): number {
  return 1000 + tabs * 120 + (kind === 'native' ? 2 * waitMs : 300)
}

/** Measures one side of the experiment. */
export async function measureStallSide(
  browser: LaunchedBrowser,
  options: { kind: 'native' | 'coordinator'; tabs: number; signal: AbortSignal },
): Promise<StallSide> {
  await using lab = await openLab(browser, { kind: options.kind, everyMs: 100, signal: options.signal })
  const tabs = await lab.openTabs(options.tabs)
  // All pages are loaded before the first stream opens: with six streams open the other tabs would not even load.
  for (const tab of tabs) await tab.start()
  const counts = await settle(lab, tabs, options.signal)
  const [first] = tabs
  if (!first) throw new RangeError('the experiment needs at least one tab')
  await first.page.bringToFront() // the timers of hidden tabs are late, and the wait is timed in the page
  const { answered, waitedMs } = await first.ask(waitMs)
  options.signal.throwIfAborted()
  return { ...counts, fetch: { answered, waitedMs: roundMs(waitedMs) }, newTab: await loadNewTab(lab) }
}

type Counts = Omit<StallSide, 'fetch' | 'newTab'>

/** Waits until nothing changes any more, and proxy and browser count alike; then says what is open and who waits. */
async function settle(lab: Lab, tabs: Tab[], signal: AbortSignal): Promise<Counts> {
  const startedAt = performance.now()
  let counts = await count(lab, tabs)
  let unchangedSince = performance.now()
  for (;;) {
    await sleep(50, undefined, { signal })
    const next = await count(lab, tabs)
    const now = performance.now()
    if (JSON.stringify(next) !== JSON.stringify(counts)) unchangedSince = now
    counts = next
    const complete = counts.streamsOpen > 0 && counts.browser?.streamsOpen === counts.streamsOpen
    if ((complete && now - unchangedSince >= quietMs) || now - startedAt >= settleMs) return counts
  }
}

async function count(lab: Lab, tabs: Tab[]): Promise<Counts> {
  const received = await Promise.all(tabs.map((tab) => tab.received()))
  const origin = lab.proxy.ledger.snapshot().origins.find((candidate) => candidate.origin === lab.origin)
  const network = sum(tabs.map((tab) => tab.network))
  return {
    streamsOpen: origin?.streaming ?? 0,
    streamsWaiting: network.streamsWaiting,
    tabsReceiving: received.filter((events) => events.length > 0).length,
    sockets: (origin?.streaming ?? 0) + (origin?.busy ?? 0),
    idleSockets: origin?.idle ?? 0,
    browser: {
      streamsOpen: network.streamsOpen,
      streamsWaiting: network.streamsWaiting,
      sockets: network.connections.size,
    },
  }
}

async function loadNewTab(lab: Lab): Promise<StallSide['newTab']> {
  const page = await lab.context.newPage()
  const startedAt = performance.now()
  const loaded = await page.goto(lab.nextTabUrl(), { waitUntil: 'load', timeout: waitMs }).then(
    () => true,
    (error: unknown) => {
      if (error instanceof Error && error.name === 'TimeoutError') return false
      throw error
    },
  )
  return { loaded, waitedMs: roundMs(performance.now() - startedAt) }
}
