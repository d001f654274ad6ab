/** What a team writes down: which pages are opened, how, and what they may hold. */
import type { Duration } from './quantities.js'
import type { SetupPage } from './setup-page.js'

/** `sse-coord.config.ts`, and what `checkBudget` takes. Every key may be left out. */
export interface Config {
  /** Starts the app before the run and ends it, with its children, afterwards. Default: the app runs already. */
  start?: StartConfig
  /** The pages to judge. Addresses may be relative to `start.url`. */
  pages?: (string | PageConfig)[]
  /** Event streams that the checks named in `budget.checks` look at. Default: none. */
  streams?: string[]
  /** What may not be exceeded. Default: one stream per tab. */
  budget?: BudgetConfig
  /** Tabs that are opened for each page, 1 to 50. Default: 8. */
  tabs?: number
  /** How often timings are measured; their median is judged. 1 to 20. Default: 3. */
  runs?: number
  /** How much slower than its limit a timing may be, such as `25%`. Whole numbers have no tolerance. Default: 25%. */
  tolerance?: Percentage
  /** `chrome`, `chromium`, `edge`, `firefox` or a path. Default: the first that is found. */
  browser?: string
  /** Run the browser with its sandbox. Default: yes, except as root. */
  sandbox?: boolean
  /** Accept certificates that nobody signed. Default: false. */
  insecure?: boolean
  /** How long a page may take to load, and each step to be done. Default: 30s. */
  timeout?: Duration
  /** What was measured before, to compare with; limits where `budget` has none. Default: none. */
  baseline?: string
  /** A command of the team’s own, such as a test suite, that is run behind a proxy and judged by what passes there. */
  run?: string
  /** With `run`: the app that the proxy stands in front of. */
  target?: string
  /** With `run`: be the browser’s proxy server instead of standing in front of one target. Default: false. */
  forward?: boolean
  /** From which severity on findings make the run fail. Default: error. */
  failOn?: Severity
}

/** A share, such as `25%`. */
export type Percentage = `${number}%`

/** How the app is started. */
export interface StartConfig {
  /** Such as `npm start`. Run without a shell, in the folder of the config file; see docs/check.md for quotes. */
  command: string
  /** The app is up when this answers, with whatever status. */
  url: string
  /** How long it may take. Default: 60s. */
  timeout?: Duration
}

/** One page, and how to get there. */
export interface PageConfig {
  url: string
  /** What reports call it. Default: its address. */
  name?: string
  /** Default: that of the whole config. */
  tabs?: number
  /** What is done in every tab once it has loaded. Default: nothing. */
  steps?: Step[]
  cookies?: { name: string; value: string }[]
  /** Sent with every request of the page. */
  headers?: Record<string, string>
  /** Signs in, or whatever else is needed, on a tab of its own before the others are opened. */
  setup?(page: SetupPage): unknown
  /** For this page alone; goes before the budget of the whole config, rule by rule. */
  budget?: PageBudgetConfig
}

/** One thing to do on a page. Selectors are those of CSS. */
export type Step = { visit: string } | { click: string } | { waitFor: string } | { wait: Duration }

/** The rules that are judged page by page. `false` takes a rule away. */
export interface PageBudgetConfig {
  /** The most event streams that one tab may ask for. Default: 1 where the config sets no rule at all. */
  streamsPerTab?: number | false
  /** The most event streams that all tabs together may ask one origin for. */
  streamsPerOrigin?: number | false
  /** The most connections to one origin that may carry a request at the same time, all tabs together. */
  socketsPerOrigin?: number | false
  /** So many tabs, at least, must work before one stalls. */
  tabsBeforeStall?: number | false
  /** The most requests that may wait for a connection once all tabs are open. */
  stalledRequests?: number | false
}

/** All rules. */
export interface BudgetConfig extends PageBudgetConfig {
  /**
   * When the tab goes that holds the stream for all: the longest time until another one has it. Median of `runs`, with
   * tolerance. Measured on the page’s own stream where its tabs share one, else on a stream of our own.
   */
  failoverTime?: Duration | false
  /** The most events that may be lost then. */
  lostEvents?: number | false
  /** Checks of the doctor by id, with the level at which a failure counts. */
  checks?: Record<string, CheckLevel>
}

/** How bad a failure is. */
export type Severity = 'error' | 'warning' | 'info'

export type CheckLevel = Severity | 'off'

/** Gives the config back as it is; there for the types. */
export function defineConfig(config: Config): Config {
  return config
}
