/** A check of the user's own page: a question to what was measured in its tabs. */
import type { AppEvidence, NotDone } from '../../evidence/app-evidence.js'
import type { Finding } from '../../evidence/report.js'
import type { Check, Verdict } from '../check.js'

/** A verdict, with the code that it is about. */
export type AppVerdict = Verdict & { locations?: Finding['locations'] }

/** A pure function over the evidence of one page. */
export interface AppCheck extends Pick<Check, 'id' | 'severity'> {
  judge(app: AppEvidence): AppVerdict
}

/** The verdict where there is nothing to judge. */
export function notDone({ notDone: state, reason }: NotDone): AppVerdict {
  return { state, reason }
}
