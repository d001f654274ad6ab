/** What a check is: a question to the evidence with one id, and the verdict it comes to. */
import type { Evidence } from '../evidence/evidence.js'
import type { Finding } from '../evidence/report.js'

/** A remedy to paste. */
export type Fix = Finding['fixes'][number]

/** What a check says of the evidence. Everything shown to the user is in these words and figures. */
export type Verdict =
  | { state: 'pass'; measured: string; expected: string; limit?: number; actual?: number }
  | { state: 'fail'; measured: string; expected: string; why: string; fixes: Fix[]; limit?: number; actual?: number }
  /** Does not apply. */
  | { state: 'skip'; reason: string }
  /** Could not be measured; the reason says what would make it measurable. */
  | { state: 'unknown'; reason: string }

/** A pure function over evidence. Its id names its file, its docs page, its fixtures and its test. */
export interface Check {
  id: `${string}/${string}`
  /** Of a failure. */
  severity: Finding['severity']
  judge(evidence: Evidence): Verdict
}
