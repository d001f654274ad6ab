/** One stream that is being examined: the plan, and the evidence that it fills. */
import type { OnProgress } from '../evidence/progress.js'
import type { StreamEvidence } from '../evidence/stream.js'
import { runStep, type Step } from './step.js'
import type { StreamPlan } from './stream-options.js'

export interface Examination {
  plan: StreamPlan
  evidence: StreamEvidence
  signal: AbortSignal
  onProgress: OnProgress
}

/** Runs steps of one stream, told apart from those of the others. */
export function stepFor({ onProgress, evidence }: Examination) {
  return <Result>(step: Step<Result>): Promise<Result> =>
    runStep(onProgress, { ...step, id: `${evidence.url} ${step.id}` })
}
