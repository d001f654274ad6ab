/** `failover/slow`: the other tabs wait too long for the next event when the leading tab goes. */
import type { Evidence } from '../../evidence/evidence.js'
import type { FailoverCase } from '../../evidence/report.js'
import type { Check, Verdict } from '../check.js'
import { coordinatorCases, eventWords } from '../failover-cases.js'
import { notMeasured, partlyMeasured } from '../not-measured.js'

/**
 * The longest median that passes, in milliseconds. A leader that leaves hands over at once, and a second is where a
 * reader begins to notice; one that hangs has to be missed first.
 */
const longestMs: Record<FailoverCase['event'], number> = {
  close: 1000,
  crash: 1000,
  freeze: 1000,
  bfcache: 1000,
  hang: 5000,
}

export const failoverSlow: Check = {
  id: 'failover/slow',
  severity: 'error',
  judge(evidence: Evidence): Verdict {
    const cases = coordinatorCases(evidence)
    if (cases.length === 0) return notMeasured(evidence, 'failover')
    const measured = cases.map((failover) => `${eventWords[failover.event]}: ${timeWords(failover)}`).join(', ')
    const expected = `the next event within ${longestMs.close} ms of the leading tab's end, ${longestMs.hang} ms when it hangs`
    if (!cases.some(isSlow)) return evidence.complete ? { state: 'pass', measured, expected } : partlyMeasured
    return {
      state: 'fail',
      measured,
      expected,
      why: 'While no tab leads, no tab receives events.',
      fixes: [
        {
          stack: 'browser',
          snippet: 'Run it again on an idle machine: sse-coord doctor --only failover --trials 10',
        },
      ],
    }
  },
}

function isSlow({ event, medianMs, timedOut }: FailoverCase): boolean {
  return timedOut > 0 || medianMs === null || medianMs > longestMs[event]
}

function timeWords({ medianMs, timedOut, trials }: FailoverCase): string {
  const time = medianMs === null ? 'no event' : `${Math.round(medianMs)} ms`
  return timedOut > 0 ? `${time} (${timedOut} of ${trials} without an event)` : time
}
