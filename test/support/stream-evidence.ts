import type { StreamCheck, Verdict } from '../../src/doctor/check.js'
import type { Exchange } from '../../src/evidence/exchange.js'
import type { StreamEvidence } from '../../src/evidence/stream.js'
import { evidenceOf } from './evidence.js'

type Outcome = 'pass' | 'fail' | 'unknown' | 'skip'

/** The stream of the saved evidence of `fixtures/evidence`, by check and outcome. */
export function streamOf(check: string, outcome: Outcome): StreamEvidence {
  const stream = evidenceOf(check, outcome).streams?.[0]
  if (!stream) throw new Error(`the evidence of ${check}, ${outcome}, holds no stream`)
  return stream
}

/** What a check says of its saved evidence, its first connection changed. */
export function judgeWith(check: StreamCheck, outcome: Outcome, change: Partial<Exchange>): Verdict {
  const stream = streamOf(check.id, outcome)
  const [first, ...rest] = stream.watch ?? []
  if (!first) throw new Error('there is no connection to change')
  return check.judge({ ...stream, watch: [{ ...first, ...change }, ...rest] })
}
