/** Shows what a run is doing, on standard error: redrawn in place where a person watches, as plain lines elsewhere. */
import type { OnProgress, Progress } from '../../evidence/progress.js'
import type { Mark, Pen } from '../../report/index.js'
import type { CliOutput } from '../process.js'

export interface ProgressView extends AsyncDisposable {
  readonly onProgress: OnProgress
  /** A line that stays, such as what an installer says. */
  note(line: string): void
  /** Wipes what is to be wiped, at once; the promise is there for `await using`. May be called again. */
  close(): Promise<void>
}

export interface ProgressOptions {
  output: CliOutput
  pen: Pen
  /** Milliseconds on a clock that never goes back. */
  now?: () => number
}

/** One step as the views keep it. */
export interface Step {
  title: string
  state: Progress['state']
  outcome: string | undefined
  notDone: Progress['notDone']
  plannedMs: number
  startedAt: number
  endedAt: number
}

/**
 * Brings the steps up to date, in the order in which they began. An end without a beginning began when it ended; what begins
 * again after its end, as a browser may for a second page, is counted from then.
 */
export function keepStep(steps: Map<string, Step>, progress: Progress, at: number): Step {
  const before = steps.get(progress.id)
  const isAgain = progress.state === 'started' && before !== undefined && before.state !== 'started'
  if (isAgain) steps.delete(progress.id)
  const startedAt = isAgain ? at : (before?.startedAt ?? at)
  const { title, state, outcome, notDone, plannedMs } = progress
  const step = { title, state, outcome, notDone, plannedMs, startedAt, endedAt: at }
  steps.set(progress.id, step)
  return step
}

/** How a step stands, in one sign; what was not done is neither well nor wrong. */
export function markOfStep({ state, notDone }: Pick<Step, 'state' | 'notDone'>): Mark {
  if (state === 'started') return 'running'
  return state === 'failed' ? 'fail' : (notDone ?? 'pass')
}

/** `3 s of 5 s`, in whole seconds: finer figures only flicker. */
export function formatElapsed({ startedAt, plannedMs }: Step, now: number): string {
  const elapsed = Math.floor(Math.max(0, now - startedAt) / 1000)
  const planned = Math.round(plannedMs / 1000)
  if (planned < 1) return `${elapsed} s`
  return elapsed <= planned ? `${elapsed} s of ${planned} s` : `${elapsed} s, planned ${planned} s`
}
