/**
 * The plan of `sse-coord doctor` without a URL: which experiments run, in which order, and which side by side. What is
 * measured goes into the evidence at once, so that a run cut short keeps what it has.
 */
import {
  type FailoverPlan,
  type LaunchedBrowser,
  measureFailover,
  measureStallSide,
  plannedFailoverMs,
  plannedStallMs,
} from '../browser/index.js'
import type { Evidence } from '../evidence/evidence.js'
import type { FailoverCase, StallSide } from '../evidence/report.js'
import type { SelfTestPlan } from './diagnose-options.js'
import { runStep, type Step } from './step.js'

/** Runs the experiments, and writes into `evidence.experiments` as it goes. */
export async function runSelfTest(browser: LaunchedBrowser, plan: SelfTestPlan, evidence: Evidence): Promise<void> {
  if (plan.parts.includes('tabs')) await runStall(browser, plan, evidence)
  if (plan.parts.includes('failover')) await runFailover(browser, plan, evidence)
}

async function runStall(browser: LaunchedBrowser, plan: SelfTestPlan, { experiments }: Evidence): Promise<void> {
  const { tabs, signal } = plan
  const measure = (kind: 'native' | 'coordinator', title: string) =>
    runStep(plan.onProgress, {
      id: `stall/${kind}`,
      title: `${tabs} tabs with ${title}`,
      plannedMs: plannedStallMs(kind, tabs),
      run: () => measureStallSide(browser, { kind, tabs, signal }),
      outcome: (side) => stallWords(side, tabs),
    })
  const native = await measure('native', 'plain EventSource')
  experiments.stallCutShort = { tabs, native }
  const coordinator = await measure('coordinator', 'the coordinator')
  delete experiments.stallCutShort
  experiments.stall = { tabs, native, coordinator }
}

async function runFailover(browser: LaunchedBrowser, plan: SelfTestPlan, { experiments }: Evidence): Promise<void> {
  const { trials } = plan
  // Cases that take milliseconds run one after the other, so that they do not disturb each other's clocks.
  const quick: FailoverPlan[] = [
    { event: 'close', leader: 'coordinator', trials },
    { event: 'crash', leader: 'coordinator', trials },
    { event: 'bfcache', leader: 'coordinator', trials },
    { event: 'freeze', leader: 'coordinator', trials },
  ]
  // Cases that wait for seconds run side by side, each in a context of its own.
  const waiting: FailoverPlan[] = [
    { event: 'hang', leader: 'coordinator', trials: 1 },
    { event: 'bfcache', leader: 'web-lock', trials: 1 },
    { event: 'freeze', leader: 'web-lock', trials: 1 },
  ]
  const order = [...quick, ...waiting]
  const measured = new Map<FailoverPlan, FailoverCase>()
  const measure = (failover: FailoverPlan) =>
    runStep(
      plan.onProgress,
      failoverStep(browser, failover, plan.signal, (soFar) => {
        measured.set(failover, soFar)
        experiments.failover = order.flatMap((each) => measured.get(each) ?? [])
      }),
    )
  for (const failover of quick) await measure(failover)
  const results = await Promise.allSettled(waiting.map(measure))
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

function failoverStep(
  browser: LaunchedBrowser,
  failover: FailoverPlan,
  signal: AbortSignal,
  onTrial: (soFar: FailoverCase) => void,
): Step<FailoverCase> {
  return {
    id: `failover/${failover.leader}/${failover.event}`,
    title: `the leading tab ${acts[failover.event]}${failover.leader === 'web-lock' ? ' (plain Web Lock)' : ''}`,
    plannedMs: plannedFailoverMs(failover),
    run: () => measureFailover(browser, failover, { signal, onTrial }),
    outcome: failoverWords,
  }
}

const acts: Record<FailoverCase['event'], string> = {
  close: 'closes',
  crash: 'crashes',
  bfcache: 'follows a link',
  freeze: 'is frozen',
  hang: 'hangs',
}

function stallWords({ streamsOpen, tabsReceiving }: StallSide, tabs: number): string {
  return `${streamsOpen} ${streamsOpen === 1 ? 'stream' : 'streams'} open, ${tabsReceiving} of ${tabs} tabs receive`
}

function failoverWords({ medianMs, lost }: FailoverCase): string {
  return medianMs === null ? 'no event within the wait' : `next event after ${Math.round(medianMs)} ms, ${lost} lost`
}
