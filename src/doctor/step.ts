/** Runs one step of a plan and says so. */
import type { OnProgress } from '../evidence/progress.js'

export interface Step<Result> {
  id: string
  title: string
  plannedMs: number
  run(): Promise<Result>
  /** The result in a few words. */
  outcome(result: Result): string
}

export async function runStep<Result>(onProgress: OnProgress, step: Step<Result>): Promise<Result> {
  const { id, title, plannedMs } = step
  onProgress({ id, title, plannedMs, state: 'started' })
  try {
    const result = await step.run()
    onProgress({ id, title, plannedMs, state: 'finished', outcome: step.outcome(result) })
    return result
  } catch (error) {
    onProgress({ id, title, plannedMs, state: 'failed' })
    throw error
  }
}
