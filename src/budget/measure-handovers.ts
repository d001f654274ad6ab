/** The hand-over of a page’s own stream, measured as often as timings are; a page whose tabs share none has no such thing. */
import {
  type LaunchedBrowser,
  measureHandover,
  type OpenAppOptions,
  observeApp,
  plannedHandoverMs,
  sharedStream,
} from '../browser/index.js'
import { runStep } from '../doctor/index.js'
import { SseCoordError } from '../error.js'
import type { AppObservation } from '../evidence/app.js'
import { type HandoverTrial, isDone, type NotDone } from '../evidence/app-evidence.js'
import type { OnProgress } from '../evidence/progress.js'

export interface HandoverPlan {
  url: string
  /** How its tabs are opened. */
  options: Omit<OpenAppOptions, 'tabs'>
  /** What its tabs did; with one alone nobody can tell whether they share a stream. */
  observation: AppObservation
  runs: number
  signal: AbortSignal
  onProgress: OnProgress
  /** What progress calls the page. */
  name: string
}

/** Resolves with null where the tabs of the page do not share a stream. */
export async function measureHandovers(
  browser: LaunchedBrowser,
  { url, options, observation, runs, signal, onProgress, name }: HandoverPlan,
): Promise<HandoverTrial[] | NotDone | null> {
  const seen = observation.tabs > 1 ? observation : await observeApp(browser, url, { ...options, tabs: 2 })
  const shared = sharedStream(seen)
  if (shared === undefined) return null
  const measure = async (): Promise<HandoverTrial[] | NotDone> => {
    const trials: HandoverTrial[] = []
    for (let run = 0; run < runs; run++) {
      signal.throwIfAborted()
      const result = await measureHandover(browser, url, { ...options, shared })
      if (!isDone(result)) return result
      trials.push(...result)
    }
    return trials
  }
  try {
    return await runStep(onProgress, {
      id: `handover/${url}`,
      title: `the tab of ${name} that holds the stream goes`,
      plannedMs: plannedHandoverMs * runs,
      run: measure,
      outcome: (trials) =>
        `${trials.filter(({ recoveryMs }) => recoveryMs !== null).length} of ${trials.length} taken over`,
    })
  } catch (error) {
    // What the user must mend was found when the page was opened first; this is one measurement less.
    if (signal.aborted || !(error instanceof SseCoordError) || error.code === 'browser-died') throw error
    return { notDone: 'unknown', reason: `it could not be measured: ${error.message}` }
  }
}
