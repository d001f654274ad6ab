/**
 * The experiment that shows the hand-over: some tabs share a stream, the leading tab comes to an end in one of the ways
 * in which tabs do, and the others are watched: how long until the next event, was one lost, did one come twice?
 *
 * The next event is one that a *new* stream carried. A leader that is told to close still relays what it has, and those
 * events say nothing about the hand-over; the proxy's ledger tells the streams apart.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { SseCoordError } from '../../error.js'
import type { FailoverCase } from '../../evidence/report.js'
import { roundMs } from '../../evidence/round-ms.js'
import { endings } from '../endings.js'
import type { LaunchedBrowser } from '../launch.js'
import { audit, type FailoverPlan, summarise, type Trial, waitMs } from './failover-trials.js'
import { type Lab, openLab, type Tab } from './lab.js'

/** Time between two events of the stream. */
const everyMs = 20
/** Tabs that share the stream: the leader and three that are left. */
const tabsPerTrial = 4
/** How long the main thread of a hung leader is blocked. */
const hangMs = 10_000
/** How long the tabs of a trial may take until all of them share the stream. */
const settleMs = 10_000
/** What is left in flight arrives within this time after the stream pauses. */
const drainMs = 300

/** How long one case takes, for the progress shown. */
export function plannedFailoverMs(plan: FailoverPlan): number {
  if (plan.leader === 'web-lock') return 1500 + plan.trials * (waitMs['web-lock'] + 500)
  return 1500 + plan.trials * (plan.event === 'hang' ? hangMs + 1000 : 1000)
}

/** Measures one case, trial by trial; `onTrial` hears the case so far after each, so that a run cut short loses none. */
export async function measureFailover(
  browser: LaunchedBrowser,
  plan: FailoverPlan,
  options: { signal: AbortSignal; onTrial: (soFar: FailoverCase) => void },
): Promise<FailoverCase> {
  await using lab = await openLab(browser, { kind: plan.leader, everyMs, signal: options.signal })
  const trials: Trial[] = []
  let tabs: Tab[] = []
  let soFar = summarise(plan, trials)
  while (trials.length < plan.trials) {
    const fresh = await lab.openTabs(tabsPerTrial - tabs.length)
    for (const tab of fresh) await tab.start()
    tabs = [...tabs, ...fresh]
    await allReceive(lab, tabs, options.signal)
    const { trial, leader } = await runTrial(lab, tabs, plan, options.signal)
    trials.push(trial)
    soFar = summarise(plan, trials)
    options.onTrial(soFar)
    await leader.close()
    tabs = tabs.filter((tab) => tab !== leader)
  }
  return soFar
}

async function runTrial(lab: Lab, tabs: Tab[], plan: FailoverPlan, signal: AbortSignal) {
  const leader = leadingTab(lab, tabs)
  const others = tabs.filter((tab) => tab !== leader)
  await others[0]?.page.bringToFront() // the user looks at another tab; a leader that hangs is rarely the one in front
  const successors = watchSuccessors(lab)
  try {
    const actAt = await act(plan.event, leader)
    const recoveryMs = await recovery(others, successors, actAt, plan, signal)
    // A hung tab wakes up with what it held back: it is watched until then, and must not lose or repeat anything either.
    if (plan.event === 'hang') await sleep(Math.max(0, actAt + hangMs + 500 - epochNow()), undefined, { signal })
    lab.mock.pause()
    await sleep(drainMs, undefined, { signal })
    const watched = plan.event === 'hang' ? tabs : others
    const counts = await Promise.all(watched.map(async (tab) => audit(await tab.received(), lab.mock.published)))
    lab.mock.resume()
    const trial: Trial = {
      ...(plan.event === 'bfcache' && { kept: await leader.goBack() }),
      recoveryMs,
      lost: Math.max(...counts.map((count) => count.lost)),
      duplicated: Math.max(...counts.map((count) => count.duplicated)),
    }
    return { trial, leader }
  } finally {
    successors.stop()
  }
}

/** Does to the leader what the case asks for; resolves with the moment at which it was asked for. */
function act(event: FailoverCase['event'], { page }: Tab): Promise<number> {
  switch (event) {
    case 'close':
      return endings.close(page)
    case 'crash':
      return endings.crash(page)
    case 'freeze':
      return endings.freeze(page)
    case 'hang':
      return endings.hang(page, hangMs)
    case 'bfcache':
      return endings.followLink(page, '#elsewhere')
  }
}

/** The tab whose page asked for the one open stream. */
function leadingTab(lab: Lab, tabs: Tab[]): Tab {
  const open = lab.proxy.ledger.streams().filter((stream) => stream.closedAt === null)
  const leader = tabs.find((tab) => open.some((stream) => stream.page === tab.url))
  if (!leader) throw experimentFailed('all tabs receive events, but none of them holds the stream')
  return leader
}

/** Waits until every tab has an event of its own time, so that the trial begins in peace. */
async function allReceive(lab: Lab, tabs: Tab[], signal: AbortSignal): Promise<void> {
  const since = lab.mock.published
  const giveUpAt = performance.now() + settleMs
  for (;;) {
    const last = await Promise.all(tabs.map(lastIdAt))
    const open = lab.proxy.ledger.streams().filter((stream) => stream.closedAt === null)
    if (last.every((id) => id > since) && open.length === 1) return
    if (performance.now() > giveUpAt) {
      const receiving = last.filter((id) => id > since).length
      throw experimentFailed(`${receiving} of ${tabs.length} tabs receive events, ${open.length} streams are open`)
    }
    await sleep(20, undefined, { signal })
  }
}

/** Notes, from now on, the first event of every stream that opens. */
function watchSuccessors(lab: Lab) {
  const { ledger } = lab.proxy
  const opened = new Set<number>()
  const first: { id: number; at: number }[] = []
  const onOpened = (stream: { number: number }) => opened.add(stream.number)
  const onEvent = (event: { stream: number; id: string | null; at: number }) => {
    if (opened.delete(event.stream)) first.push({ id: Number(event.id), at: event.at })
  }
  ledger.on('stream-opened', onOpened)
  ledger.on('stream-event', onEvent)
  return {
    /** The earliest of them, once there is one. */
    first: () => first[0],
    stop() {
      ledger.off('stream-opened', onOpened)
      ledger.off('stream-event', onEvent)
    },
  }
}

async function recovery(
  others: Tab[],
  successors: ReturnType<typeof watchSuccessors>,
  actAt: number,
  plan: FailoverPlan,
  signal: AbortSignal,
): Promise<number | null> {
  const giveUpAt = actAt + waitMs[plan.leader]
  while (epochNow() < giveUpAt) {
    const successor = successors.first()
    if (successor) {
      const received = (await Promise.all(others.map((tab) => tab.received()))).flat()
      // Some grace: proxy and page read one clock, but counted from different moments.
      const next = received.filter(([id, at]) => id >= successor.id && at >= successor.at - 5).map(([, at]) => at)
      if (next.length > 0) return roundMs(Math.min(...next) - actAt)
    }
    await sleep(20, undefined, { signal })
  }
  return null
}

function experimentFailed(what: string): SseCoordError {
  return new SseCoordError('experiment-failed', `The fail-over experiment could not begin: ${what}`, {
    hint: 'Run it again on a quieter machine, or name another browser with --browser.',
  })
}

async function lastIdAt(tab: Tab): Promise<number> {
  return (await tab.received()).at(-1)?.[0] ?? 0
}

function epochNow(): number {
  return performance.timeOrigin + performance.now()
}
