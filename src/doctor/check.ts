/** What a check is: a question to the evidence with one id, and the verdict it comes to. */
import type { Evidence } from '../evidence/evidence.js'
import type { Finding, Timeline } from '../evidence/report.js'
import type { StreamEvidence } from '../evidence/stream.js'

/** A remedy to paste. */
export type Fix = Finding['fixes'][number]

/** What a check says of the evidence. Everything shown to the user is in these words and figures. */
export type Verdict =
  | { state: 'pass'; measured: string; expected: string; limit?: number; actual?: number; limitIs?: 'least' }
  | {
      state: 'fail'
      measured: string
      expected: string
      why: string
      fixes: Fix[]
      limit?: number
      actual?: number
      /** `actual` has to reach the limit. Without it the limit is the most that is allowed. */
      limitIs?: 'least'
      /** Where this failure weighs other than the check's failures do. */
      severity?: Finding['severity']
      /** What arrived when, to be drawn. */
      timelines?: Timeline[]
    }
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

/** What can be looked at over the wire. A run looks only at what its checks need. */
export type Look = 'watch' | 'encoded' | 'resume' | 'origin' | 'cors' | 'http2' | 'herd' | 'leaks' | 'front'

/** A check of one stream; it is asked once for every URL. */
export interface StreamCheck {
  id: `${string}/${string}`
  /** Of a failure, unless the verdict says otherwise. */
  severity: Finding['severity']
  needs: readonly Look[]
  /** True where no set-up makes it `skip`. */
  alwaysApplies?: true
  judge(stream: StreamEvidence): Verdict
}
