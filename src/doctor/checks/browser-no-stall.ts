/** `browser/no-stall`: plain EventSource in more than six tabs has to meet the limit; here it did not. */
import type { Evidence } from '../../evidence/evidence.js'
import { connectionsPerOrigin } from '../../evidence/ledger.js'
import type { Check, Verdict } from '../check.js'
import { notMeasured } from '../not-measured.js'

export const browserNoStall: Check = {
  id: 'browser/no-stall',
  severity: 'info',
  judge(evidence: Evidence): Verdict {
    const stall = evidence.experiments.stall ?? evidence.experiments.stallCutShort
    if (!stall) return notMeasured(evidence, 'tabs')
    const { tabs, native } = stall
    if (tabs < connectionsPerOrigin + 1) {
      return {
        state: 'skip',
        reason: `${tabs} tabs do not reach the limit; use --tabs ${connectionsPerOrigin + 1} or more`,
      }
    }
    const measured = `${native.streamsOpen} of ${tabs} streams open, ${native.streamsWaiting} waiting; a new tab ${native.newTab.loaded ? 'loads' : 'does not load'}`
    const expected = `${connectionsPerOrigin} streams open, the others waiting, and no new tab loads`
    const figures = { limit: connectionsPerOrigin, actual: native.streamsOpen }
    if (native.streamsOpen <= connectionsPerOrigin && !native.newTab.loaded) {
      return { state: 'pass', measured, expected, ...figures }
    }
    return {
      state: 'fail',
      measured,
      expected,
      why: 'This browser or set-up does not stop at six HTTP/1.1 connections per origin, so it cannot show what your users meet.',
      fixes: [{ stack: 'browser', snippet: 'npx sse-coord doctor --browser chromium' }],
      ...figures,
    }
  },
}
