/** The same page once more, with the coordinator in place of EventSource: what a report shows as “after”. */
import {
  coordinatorScript,
  type LaunchedBrowser,
  type OpenAppOptions,
  observeApp,
  plannedObserveMs,
} from '../browser/index.js'
import { runStep } from '../doctor/index.js'
import { SseCoordError } from '../error.js'
import { type AppObservation, isHeld } from '../evidence/app.js'
import type { OnProgress } from '../evidence/progress.js'
import { words } from './page-figures.js'

export interface ComparePlan {
  url: string
  options: OpenAppOptions
  /** The page as it is. */
  before: AppObservation
  onProgress: OnProgress
  signal: AbortSignal
  /** What progress calls the page. */
  name: string
}

/**
 * Resolves with null where there is nothing to compare, as where one stream serves all tabs already, and where the page does
 * not come up that way: a picture less is no reason to fail.
 */
export async function compareCoordinator(
  browser: LaunchedBrowser,
  { url, options, before, onProgress, signal, name }: ComparePlan,
): Promise<AppObservation | null> {
  if (!wouldGain(before)) return null
  try {
    const script = await coordinatorScript()
    return await runStep(onProgress, {
      id: `coordinator/${url}`,
      title: `${name} with the coordinator in place of EventSource`,
      plannedMs: plannedObserveMs(options.tabs),
      run: () => observeApp(browser, url, { ...options, script }),
      outcome: (seen) => `${words(heldIn(seen), 'stream')} open`,
    })
  } catch (error) {
    if (signal.aborted || !(error instanceof SseCoordError) || error.code === 'browser-died') throw error
    return null
  }
}

/** The coordinator takes the place of EventSource in pages and frames, and nowhere else. */
function wouldGain(before: AppObservation): boolean {
  const replaced = before.perTab.some(({ streams }) =>
    streams.some((one) => isHeld(one) && one.kind === 'EventSource' && /^(page|iframe)$/.test(one.context)),
  )
  return replaced && before.tabs > 1 && heldIn(before) > 1
}

function heldIn({ perTab }: AppObservation): number {
  return perTab.reduce((sum, { streams }) => sum + streams.filter(isHeld).length, 0)
}
