/** Runs one step of a plan and says so. */
import { isDone, type NotDone } from '../evidence/app-evidence.js'
import type { OnProgress } from '../evidence/progress.js'

export interface Step<Result> {
  id: string
  title: string
  plannedMs: number
  run(): Promise<Result>
  /** The result in a few words. What was not done says why by itself. */
  outcome(result: Exclude<Result, NotDone>): string
}

export async function runStep<Result>(onProgress: OnProgress, step: Step<Result>): Promise<Result> {
  const { id, title, plannedMs } = step
  onProgress({ id, title, plannedMs, state: 'started' })
  try {
    const result = await step.run()
    onProgress({ id, title, plannedMs, state: 'finished', ...ending(step, result) })
    return result
  } catch (error) {
    onProgress({ id, title, plannedMs, state: 'failed' })
    throw error
  }
}

function ending<Result>(
  { outcome }: Step<Result>,
  result: Result | NotDone,
): { outcome: string; notDone?: NotDone['notDone'] } {
  if (typeof result !== 'object' || result === null || isDone(result)) {
    return { outcome: outcome(result as Exclude<Result, NotDone>) }
  }
  return { outcome: result.reason, notDone: result.notDone }
}
