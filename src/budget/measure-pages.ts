/** Opens the pages of a plan in a real browser, one page after the other, and writes down what each did. */
import {
  findBrowser,
  installBrowser,
  type LaunchedBrowser,
  launchBrowser,
  observeApp,
  plannedObserveMs,
  workIn,
} from '../browser/index.js'
import type { Budget, PageSettings } from '../config/settings.js'
import { runStep } from '../doctor/index.js'
import type { AppObservation } from '../evidence/app.js'
import type { HandoverTrial, NotDone } from '../evidence/app-evidence.js'
import { compareCoordinator } from './compare-coordinator.js'
import { measureHandovers } from './measure-handovers.js'
import { shorten } from './page-figures.js'
import type { CheckPlan } from './plan.js'

/** One page as it was seen. */
export interface SeenPage {
  page: PageSettings
  observation: AppObservation
  /** The same with the coordinator in place of EventSource; null where it was not asked for, or there is nothing to gain. */
  after: AppObservation | null
  /** What became of the stream that its tabs share; null where it was not asked for, or they share none. */
  handover: HandoverTrial[] | NotDone | null
}

/**
 * @param onBrowser hears which browser it is
 * @param onPage hears of each page as soon as it is counted, so that a run cut short keeps what it has; what else is measured
 *   there is added to what it was given
 * @throws SseCoordError where a page cannot be judged at all. Rejects with `signal.reason` when that aborts.
 */
export async function measurePages(
  plan: CheckPlan,
  onBrowser: (browser: { name: string; version: string }) => void,
  onPage: (seen: SeenPage) => void,
): Promise<void> {
  const { settings, signal, onProgress } = plan
  await using browser = await runStep(onProgress, {
    id: 'browser',
    title: 'starting a browser',
    plannedMs: 2000,
    run: () => launch(plan),
    outcome: ({ name, version }) => `${name} ${version}`,
  })
  onBrowser({ name: browser.name, version: browser.version })
  const fewer = Math.max(1, Math.floor((settings.tabs ?? 8) / 2))
  const hint = `Run it again; where memory is short, use fewer tabs: --tabs ${fewer}.`
  await workIn(browser, { signal, hint }, async (either) => {
    for (const page of plan.pages) await measurePage(browser, page, { ...plan, signal: either }, onPage)
  })
}

async function measurePage(
  browser: LaunchedBrowser,
  page: PageSettings,
  plan: CheckPlan,
  onPage: (seen: SeenPage) => void,
): Promise<void> {
  const { signal, onProgress, runs } = plan
  const tabs = page.tabs ?? plan.tabs
  const options = optionsFor(page, plan)
  const observation = await runStep(onProgress, {
    id: `page/${page.url}`,
    title: `${tabs === 1 ? '1 tab' : `${tabs} tabs`} on ${nameOf(page)}`,
    plannedMs: plannedObserveMs(tabs),
    run: () => observeApp(browser, page.url, { ...options, tabs }),
    outcome: outcomeWords,
  })
  const seen: SeenPage = { page, observation, after: null, handover: null }
  onPage(seen)
  const again = { url: page.url, name: nameOf(page), signal, onProgress }
  if (wantsFailover(plan.budget)) {
    seen.handover = await measureHandovers(browser, { ...again, options, observation, runs })
  }
  if (plan.withCoordinator) {
    seen.after = await compareCoordinator(browser, { ...again, options: { ...options, tabs }, before: observation })
  }
}

/** Whether a rule asks for what happens when the leading tab goes. */
export function wantsFailover({ failoverTime, lostEvents }: Budget): boolean {
  return [failoverTime, lostEvents].some((limit) => limit !== undefined && limit !== false)
}

/** What reports and the baseline call a page. */
export function nameOf({ name, url }: PageSettings): string {
  return name ?? shorten(url)
}

async function launch({ settings, installBrowser: mayInstall, signal, onNote }: CheckPlan): Promise<LaunchedBrowser> {
  const { browser, sandbox, insecure } = settings
  signal.throwIfAborted()
  const found =
    mayInstall && browser === undefined
      ? await installBrowser({ onNote, signal })
      : await findBrowser(browser === undefined ? {} : { browser })
  return launchBrowser(found, {
    signal,
    ...(sandbox !== undefined && { sandbox }),
    ...(insecure && found.engine === 'chromium' && { args: ['--ignore-certificate-errors'] }),
  })
}

function optionsFor({ steps, setup, cookies, headers }: PageSettings, { settings, signal }: CheckPlan) {
  const { insecure, timeoutMs, sandbox } = settings
  return {
    signal,
    ...(steps && { steps }),
    ...(setup && { setup }),
    ...(cookies && { cookies }),
    ...(headers && { headers }),
    ...(insecure !== undefined && { insecure }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    // Who asked for no sandbox has said that the page is trusted.
    ...(sandbox === false && { trusted: true }),
  }
}

function outcomeWords({ perTab, firstStalledTab }: AppObservation): string {
  const streams = perTab.reduce((sum, tab) => sum + tab.streams.filter(({ state }) => state === 'open').length, 0)
  const open = `${streams} ${streams === 1 ? 'stream' : 'streams'} open`
  return firstStalledTab === null ? open : `${open}, tab ${firstStalledTab} stalls`
}
