/** `failover/lossy`: events were lost or came twice when the leading tab went. */
import type { Evidence } from '../../evidence/evidence.js'
import type { Check, Verdict } from '../check.js'
import { coordinatorCases, eventWords } from '../failover-cases.js'
import { notMeasured, partlyMeasured } from '../not-measured.js'

export const failoverLossy: Check = {
  id: 'failover/lossy',
  severity: 'error',
  judge(evidence: Evidence): Verdict {
    const cases = coordinatorCases(evidence)
    if (cases.length === 0) return notMeasured(evidence, 'failover')
    const trials = cases.reduce((sum, failover) => sum + failover.trials, 0)
    const faulty = cases.filter((failover) => failover.lost > 0 || failover.duplicated > 0)
    const expected = 'every event once, at every tab that is left'
    if (faulty.length === 0) {
      if (!evidence.complete) return partlyMeasured
      return {
        state: 'pass',
        measured: `0 lost and 0 duplicated in ${trials} hand-overs`,
        expected,
        limit: 0,
        actual: 0,
      }
    }
    return {
      state: 'fail',
      measured: faulty
        .map(({ event, lost, duplicated }) => `${eventWords[event]}: ${lost} lost, ${duplicated} duplicated`)
        .join('; '),
      expected,
      why: 'What the tabs show drifts apart from what the server sent.',
      fixes: [
        {
          stack: 'server',
          snippet: 'Send an id with every event, keep a history, and resume after Last-Event-ID.',
        },
      ],
      limit: 0,
      actual: Math.max(...faulty.map(({ lost, duplicated }) => lost + duplicated)),
    }
  },
}
