/**
 * How the page of a user's app is opened, as those may say who open it through the Node API. Nothing here is of
 * puppeteer-core, so that the types of the Node API do without it.
 */
import type { SetupPage } from '../config/setup-page.js'

/** One step. Selectors are those of CSS. */
export type AppStep =
  /** Go to an address, relative to the page. */
  | { visit: string }
  /** Wait until there is such an element, and click it. */
  | { click: string }
  /** Wait until there is such an element. */
  | { waitFor: string }
  /** Wait, in milliseconds. */
  | { waitMs: number }

/** A cookie for the page's origin. */
export interface AppCookie {
  name: string
  value: string
}

export interface AppPageOptions {
  /** What is done in every tab once it is loaded. Default: nothing. */
  steps?: readonly AppStep[]
  /** Runs once, on a tab of its own, before the others are opened: the place to sign in. */
  setup?(page: SetupPage): unknown
  /** Set for the host of the page. */
  cookies?: readonly AppCookie[]
  /** Sent with every request of the page, to whatever origin. */
  headers?: Readonly<Record<string, string>>
  /** Fetch source maps from servers whose certificate nobody has signed. The browser is told so at its launch. */
  insecure?: boolean
  /** How long a tab may take to load, and a step to be done. Default: 30,000. */
  timeoutMs?: number
  /**
   * The tabs count as settled when no stream has come or gone for so long. Default: 1,500; browsers run the timers of
   * hidden tabs once a second.
   */
  quietMs?: number
  /** … and are counted as they are after so long. Default: 10,000. */
  settleMs?: number
  signal?: AbortSignal
}
