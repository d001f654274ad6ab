/**
 * The experiment on an app whose tabs share a stream, with our coordinator or with another library: the tab that holds the
 * stream comes to an end in four ways, and the others are watched. How long until one of them has the stream, and did ids
 * go missing in between?
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { type AppObservation, isHeld } from '../../evidence/app.js'
import type { HandoverTrial, NotDone } from '../../evidence/app-evidence.js'
import { roundMs } from '../../evidence/round-ms.js'
import { endings } from '../endings.js'
import type { LaunchedBrowser } from '../launch.js'
import { followIds, type SeenId } from '../streams/follow-ids.js'
import type { AppTab } from './app-tab.js'
import { type OpenAppOptions, openApp } from './open-app.js'

const events: HandoverTrial['event'][] = ['close', 'crash', 'freeze', 'bfcache']
/** One more than there are endings, and one to be left. */
const tabsToOpen = events.length + 2
/** How long another tab may take to have the stream. */
const waitMs = 10_000
/** How long the new stream is listened to, for its first id. */
const listenMs = 1500

/** How long it takes, for the progress shown. */
export const plannedHandoverMs = 15_000

/**
 * Where the stream is shared: its address, without the query. Undefined where each tab has its own, or none has any; then
 * there is nothing to hand over.
 */
export function sharedStream({ perTab, firstStalledTab }: AppObservation): string | undefined {
  const loaded = perTab.filter((tab) => tab.loaded)
  if (loaded.length < 2 || firstStalledTab !== null) return undefined
  const holders = new Map<string, Set<number>>()
  for (const { tab, streams } of loaded) {
    for (const stream of streams.filter(isHeld)) {
      const address = addressOf(stream.url)
      holders.set(address, (holders.get(address) ?? new Set()).add(tab))
    }
  }
  // A stream that only one of the tabs has is shared if that is so for all of them.
  return [...holders.values()].every((tabs) => tabs.size === 1) ? holders.keys().next().value : undefined
}

export async function measureHandover(
  browser: LaunchedBrowser,
  url: string,
  { shared, ...options }: Omit<OpenAppOptions, 'tabs'> & { shared: string },
): Promise<HandoverTrial[] | NotDone> {
  if (browser.engine === 'firefox') {
    return { notDone: 'skip', reason: 'Firefox cannot crash or freeze a tab on command; use a Chromium' }
  }
  const signal = options.signal ?? new AbortController().signal
  const ids = new Map<AppTab | undefined, SeenId[]>()
  let fresh: SeenId[] = []
  await using app = await openApp(browser, url, {
    ...options,
    tabs: 0,
    prepare: async (session, target) => {
      if (target === 'page') fresh = []
      followIds(session, fresh)
    },
  })
  while (app.tabs.length < tabsToOpen) {
    const tab = await app.openTab()
    ids.set(tab, fresh)
  }
  const trials: HandoverTrial[] = []
  const gone = new Set<AppTab>()
  for (const event of events) {
    await app.settle()
    const leader = app.tabs.find((tab) => !gone.has(tab) && isHolding(tab, shared))
    if (!leader) break
    gone.add(leader)
    const others = app.tabs.filter((tab) => !gone.has(tab))
    await others[0]?.page.bringToFront()
    trials.push(await runTrial({ event, leader, others, shared, ids, signal }))
  }
  if (trials.length > 0) return trials
  return { notDone: 'unknown', reason: 'no tab held the shared stream when it was looked for; run it again' }
}

interface Trial {
  event: HandoverTrial['event']
  leader: AppTab
  others: AppTab[]
  shared: string
  ids: Map<AppTab | undefined, SeenId[]>
  signal: AbortSignal
}

async function runTrial({ event, leader, others, shared, ids, signal }: Trial): Promise<HandoverTrial> {
  const before = [...(ids.get(leader) ?? [])]
  const startedAt = performance.now()
  await act(event, leader)
  const successor = await next(others, shared, startedAt, signal)
  if (successor) await sleep(listenMs, undefined, { signal })
  const after = successor ? (ids.get(successor.tab) ?? []).filter(({ at }) => at >= startedAt) : []
  const late = (ids.get(leader) ?? []).slice(before.length)
  return {
    event,
    recoveryMs: successor ? roundMs(successor.at - startedAt) : null,
    waitMs,
    lost: successor ? countLost([...before, ...late], after) : null,
  }
}

function act(event: HandoverTrial['event'], { page }: AppTab): Promise<unknown> {
  if (event === 'bfcache') return page.goto('about:blank')
  return endings[event](page)
}

/** The first other tab whose stream was answered since. */
async function next(others: AppTab[], shared: string, since: number, signal: AbortSignal) {
  while (performance.now() - since < waitMs) {
    for (const tab of others) {
      const stream = tab.observer
        .streams()
        .find(({ url, answeredAt }) => addressOf(url) === shared && answeredAt !== null && answeredAt >= since)
      if (stream) return { tab, at: stream.answeredAt ?? since }
    }
    await sleep(20, undefined, { signal })
  }
  return undefined
}

/** What a tab received in its last moments may not be told any more: so many ids are no proof of a hole. */
const untold = 2

/**
 * Ids that no stream brought. Only where they count up by one can a hole be told from a step.
 *
 * @param before what the tab that has gone received, as far as the browser told
 * @param after what its successor's own stream brought
 */
export function countLost(before: readonly SeenId[], after: readonly SeenId[]): number | null {
  const [old, fresh] = [before.map(numberOf), after.map(numberOf)]
  const last = old.at(-1)
  const [first] = fresh
  if (last === undefined || first === undefined || !isCounting(old) || !isCounting(fresh)) return null
  const resumedAfter = Number(after[0]?.resumedAfter ?? Number.NaN)
  if (Number.isInteger(resumedAfter)) return Math.max(0, first - resumedAfter - 1)
  const hole = Math.max(0, first - last - 1)
  return hole > 0 && hole <= untold ? null : hole
}

function numberOf({ id }: SeenId): number {
  return /^\d{1,15}$/.test(id) ? Number(id) : Number.NaN
}

/** Three at least, each one more than the one before. */
function isCounting(ids: readonly number[]): boolean {
  return ids.length >= 3 && ids.every((id, index) => index === 0 || id === (ids[index - 1] ?? 0) + 1)
}

function isHolding({ observer }: AppTab, shared: string): boolean {
  return observer.streams().some((stream) => isHeld(stream) && addressOf(stream.url) === shared)
}

function addressOf(url: string): string {
  return url.split(/[?#]/, 1)[0] ?? url
}
