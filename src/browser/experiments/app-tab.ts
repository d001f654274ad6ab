/** One tab of the user's app while it is open. */
import type { Page } from 'puppeteer-core'
import type { StreamObserver } from '../streams/observe-streams.js'

export interface AppTab {
  page: Page
  observer: StreamObserver
  /** By `performance.now()`. */
  openedAt: number
  /** Null when it did not load. */
  loadMs: number | null
  failedStep: string | null
}
