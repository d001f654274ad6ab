/**
 * The plan of `sse-coord doctor --app`: opens the user's own page in real tabs and measures what the checks of an app ask
 * about. What is measured goes into the evidence at once, so that a run cut short keeps what it has.
 */
import {
  coordinatorScript,
  expectPage,
  type LaunchedBrowser,
  measureErrorStatus,
  measureHandover,
  measureReload,
  type OpenAppOptions,
  observeApp,
  plannedHandoverMs,
  plannedObserveMs,
  plannedReloadMs,
  sharedStream,
} from '../browser/index.js'
import { SseCoordError } from '../error.js'
import type { AppObservation } from '../evidence/app.js'
import type { AppEvidence, ErrorStatusTrial, HandoverTrial, NotDone, ReloadTrial } from '../evidence/app-evidence.js'
import { formatDuration } from '../evidence/duration.js'
import { isLoopback } from '../evidence/loopback.js'
import type { OnProgress } from '../evidence/progress.js'
import { redactUrl } from '../evidence/redact.js'
import { refusalOf } from '../evidence/refused.js'
import { count } from '../evidence/words.js'
import { noStreamWords } from './app/stream-words.js'
import type { AppOptions, AppPart } from './app-options.js'
import { runStep } from './step.js'

export interface GatherAppOptions extends AppOptions, Pick<OpenAppOptions, 'trusted'> {
  /** Tabs to open. Default: 8. */
  tabs?: number
  signal?: AbortSignal
  onProgress?: OnProgress
  /** Gets the evidence when there is something in it, and again whenever there is more. */
  onEvidence?: (soFar: AppEvidence) => void
}

/** How long the page may take to open its stream: some sign in first, or wait for the server. */
const firstStreamMs = 10_000

const notAsked: NotDone = { notDone: 'skip', reason: 'not part of this run' }
const notReached: NotDone = {
  notDone: 'unknown',
  reason: 'the run ended before this was measured; let it run to its end',
}
const tooMuch: NotDone = {
  notDone: 'skip',
  reason: 'takes more than 2 connections to a host that is not this machine; add --allow-load if it is yours',
}
const needsTabs: NotDone = { notDone: 'skip', reason: 'needs the page in several tabs first' }

/**
 * Measures one page.
 *
 * @throws SseCoordError as `openApp` does, where the page cannot be opened at all. Other failures of one part leave that part
 * `unknown`. Rejects with `signal.reason` when that aborts.
 */
export async function gatherApp(browser: LaunchedBrowser, options: GatherAppOptions): Promise<AppEvidence> {
  const { url, waitMs = 20_000 } = options
  const signal = options.signal ?? new AbortController().signal
  const onProgress = options.onProgress ?? (() => {})
  expectPage(url)
  const common = { ...pageOptions(options), firstStreamMs, signal }
  const evidence = emptyAppEvidence(options)
  const { tabs } = evidence
  const put = (part: Partial<AppEvidence>) => {
    Object.assign(evidence, part)
    options.onEvidence?.(evidence)
  }

  const observe = (id: string, title: string, script?: string) =>
    runStep(onProgress, {
      id,
      title,
      plannedMs: plannedObserveMs(tabs),
      run: () => observeApp(browser, url, { ...common, tabs, ...(script !== undefined && { script }) }),
      outcome: (seen) => observedWords(seen),
    })
  const plain = await observe('app/tabs', `${tabs} ${tabs === 1 ? 'tab' : 'tabs'} of your page`)
  put({ plain })
  if (hasNoStream(plain)) {
    const none: NotDone = { notDone: 'skip', reason: noStreamWords(plain) }
    const parts = ['coordinator', 'errorStatus', 'reload', 'handover'] as const
    for (const part of parts) if (evidence[part] === notReached) put({ [part]: none })
    return evidence
  }
  if (evidence.coordinator === notReached) {
    const title = `${tabs} tabs with the coordinator in place of EventSource`
    const script = await coordinatorScript()
    put({ coordinator: await orUnknown(() => observe('app/coordinator', title, script), signal) })
  }

  async function oneBadAnswer(): Promise<void> {
    const run = () => measureErrorStatus(browser, url, { ...common, waitMs })
    const step = { id: 'app/error-status', title: 'the stream ends, and one answer is a 502', plannedMs: 5000, run }
    const outcome = ({ reconnectMs }: ErrorStatusTrial) =>
      reconnectMs === null ? `not back after ${formatDuration(waitMs)}` : 'it came back'
    put({ errorStatus: await orUnknown(() => runStep(onProgress, { ...step, outcome }), signal) })
  }
  async function reloads(): Promise<void> {
    const run = () => measureReload(browser, url, common)
    const step = { id: 'app/reload', title: 'reloaded eight times', plannedMs: plannedReloadMs, run }
    const outcome = ({ before, after }: ReloadTrial) => `${count(after, 'stream')} open, ${before} before`
    put({ reload: await orUnknown(() => runStep(onProgress, { ...step, outcome }), signal) })
  }
  async function handOvers(shared: string): Promise<void> {
    const run = () => measureHandover(browser, url, { ...common, shared })
    const step = { id: 'app/handover', title: 'the tab that holds the stream goes', plannedMs: plannedHandoverMs, run }
    const outcome = (trials: HandoverTrial[]) =>
      `${trials.filter(({ recoveryMs }) => recoveryMs !== null).length} of ${trials.length} taken over`
    put({ handover: await orUnknown(() => runStep(onProgress, { ...step, outcome }), signal) })
  }

  if (evidence.handover === notReached) {
    const shared = tabs < 2 ? undefined : sharedStream(plain)
    if (shared === undefined) put({ handover: tabs < 2 ? needsTabs : notShared(plain) })
    else await handOvers(shared)
  }
  // The wait after the 502 may be long, and disturbs nobody.
  await Promise.all([
    evidence.errorStatus === notReached ? oneBadAnswer() : undefined,
    evidence.reload === notReached ? reloads() : undefined,
  ])
  return evidence
}

/** The evidence of a page of which nothing has been measured yet. */
export function emptyAppEvidence({
  url,
  parts,
  allowLoad = false,
  ...options
}: Pick<GatherAppOptions, 'url' | 'parts' | 'allowLoad' | 'tabs'>): AppEvidence {
  const isFree = allowLoad || (URL.canParse(url) && isLoopback(new URL(url).hostname))
  const wants = (part: AppPart) => parts === undefined || parts.includes(part)
  const first = (part: AppPart, isAllowed = isFree) => (wants(part) ? (isAllowed ? notReached : tooMuch) : notAsked)
  return {
    page: redactUrl(url),
    tabs: isFree ? (options.tabs ?? 8) : 1,
    plain: notReached,
    coordinator: first('coordinator'),
    errorStatus: first('error-status', true),
    reload: first('reload'),
    handover: first('handover'),
  }
}

function pageOptions(options: GatherAppOptions) {
  const { steps, setup, cookies, headers, insecure, trusted, timeoutMs } = options
  const given = { steps, setup, cookies, headers, insecure, trusted, timeoutMs }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Omit<
    OpenAppOptions,
    'tabs'
  >
}

/** What goes wrong in one part leaves the others alone; what the user must mend does not. */
async function orUnknown<Result>(run: () => Promise<Result>, signal: AbortSignal): Promise<Result | NotDone> {
  try {
    return await run()
  } catch (error) {
    if (signal.aborted) throw signal.reason
    const words =
      error instanceof SseCoordError ? error.message : error instanceof Error ? error.message : String(error)
    return { notDone: 'unknown', reason: `it could not be measured: ${words}` }
  }
}

function notShared({ shared, firstStalledTab }: AppObservation): NotDone {
  const inWorker = shared.some(({ context }) => context === 'shared-worker')
  if (inWorker) return { notDone: 'skip', reason: 'a shared worker holds the stream; no tab leads' }
  if (firstStalledTab !== null) return { notDone: 'skip', reason: 'the tabs do not share a stream: they stall' }
  return { notDone: 'skip', reason: 'the tabs do not share a stream: each has its own' }
}

/** None that was given to it. In workers that this browser does not tell of there may be some. */
function hasNoStream({ perTab, shared, unseenWorkers = 0, blindSpots }: AppObservation): boolean {
  const seen = [...perTab.flatMap(({ streams }) => streams), ...shared]
  return seen.every((one) => refusalOf(one) !== null && !one.wasOpen) && unseenWorkers === 0 && blindSpots.length === 0
}

function observedWords({ perTab, origins, firstStalledTab }: AppObservation): string {
  const loaded = perTab.filter((tab) => tab.loaded).length
  const open = origins.reduce((sum, { streamsOpen }) => sum + streamsOpen, 0)
  const stall = firstStalledTab === null ? '' : `, tab ${firstStalledTab} stalls`
  return `${loaded} of ${perTab.length} loaded, ${open} ${open === 1 ? 'stream' : 'streams'} open${stall}`
}
