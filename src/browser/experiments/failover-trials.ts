/** What a case of the fail-over experiment is, what one trial of it showed, and what all trials come to. */
import { median } from '../../evidence/median.js'
import type { FailoverCase } from '../../evidence/report.js'
import { roundMs } from '../../evidence/round-ms.js'

/** One case to measure. */
export interface FailoverPlan {
  event: FailoverCase['event']
  leader: FailoverCase['leader']
  trials: number
}

/** What one trial showed. */
export interface Trial {
  /** From the act to the next event at another tab; null when none came within the wait. */
  recoveryMs: number | null
  lost: number
  duplicated: number
  /** Of a page that was left by a link: whether it came back out of the back/forward cache. */
  kept?: boolean
}

/** How long the next event is waited for. Some cases of the plain Web Lock design never come back. */
export const waitMs: Record<FailoverCase['leader'], number> = { coordinator: 10_000, 'web-lock': 5_000 }

/** Holds what one tab received, from its first event on, against what the server published. */
export function audit(received: [id: number, at: number][], published: number): { lost: number; duplicated: number } {
  const distinct = new Set(received.map(([id]) => id))
  const first = Math.min(published + 1, ...distinct)
  return { lost: published + 1 - first - distinct.size, duplicated: received.length - distinct.size }
}

/** The trials of a case in the report's terms. */
export function summarise(plan: FailoverPlan, trials: Trial[]): FailoverCase {
  const times = trials.map((trial) => trial.recoveryMs).filter((time) => time !== null)
  const middle = median(times)
  return {
    event: plan.event,
    leader: plan.leader,
    trials: trials.length,
    timedOut: trials.length - times.length,
    waitMs: waitMs[plan.leader],
    medianMs: middle === null ? null : roundMs(middle),
    maxMs: times.length > 0 ? Math.max(...times) : null,
    lost: Math.max(0, ...trials.map((trial) => trial.lost)),
    duplicated: Math.max(0, ...trials.map((trial) => trial.duplicated)),
    ...(plan.event === 'bfcache' && { kept: trials.filter((trial) => trial.kept).length }),
  }
}
