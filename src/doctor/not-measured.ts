/** Why an experiment of the self-test left no evidence. */
import type { Evidence } from '../evidence/evidence.js'
import type { Verdict } from './check.js'

/** The verdict for a check that found no fault in what was measured, where the run ended before all of it was. */
export const partlyMeasured: Verdict = {
  state: 'unknown',
  reason: 'no fault so far, but the run ended before all cases were measured; let it run to its end',
}

/** The verdict for a check whose experiment is missing: cut short is `unknown`, not asked for is `skip`. */
export function notMeasured({ complete }: Evidence, part: 'tabs' | 'failover'): Verdict {
  return complete
    ? { state: 'skip', reason: `not part of this run; leave out --only, or add --only ${part}` }
    : { state: 'unknown', reason: 'the run ended before this was measured; let it run to its end' }
}
