/** The experiment on the user's own app: N tabs, every stream, and the code that opened it. */
import type { AppObservation } from '../../evidence/app.js'
import type { LaunchedBrowser } from '../launch.js'
import { type OpenAppOptions, openApp } from './open-app.js'

/**
 * Opens the page in tabs, does the steps in each, waits until the streams are quiet, counts, and closes the tabs. Rejects as
 * `openApp` does.
 */
export async function observeApp(
  browser: LaunchedBrowser,
  url: string,
  options: OpenAppOptions,
): Promise<AppObservation> {
  await using app = await openApp(browser, url, options)
  return await app.observe()
}

/** How long it takes, for the progress shown. */
export function plannedObserveMs(tabs: number): number {
  return 2000 + tabs * 600
}
