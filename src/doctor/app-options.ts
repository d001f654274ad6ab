/** What a caller of `diagnose` may say of the page to look at. */
import type { AppPageOptions } from '../browser/app-page-options.js'

/** What can be measured of an app. */
export type AppPart = 'tabs' | 'coordinator' | 'error-status' | 'reload' | 'handover'

/** The page of `diagnose`, and how it is had. */
export interface AppOptions
  extends Pick<AppPageOptions, 'steps' | 'setup' | 'cookies' | 'headers' | 'insecure' | 'timeoutMs'> {
  /** The page. */
  url: string
  /** More than one tab of a page that is not on this machine. Default: false. */
  allowLoad?: boolean
  /** Default: everything. */
  parts?: readonly AppPart[]
  /** How long a page may take to come back from a 502. Default: 20,000; with less than 60,000 a page that does not is `unknown`. */
  waitMs?: number
}
