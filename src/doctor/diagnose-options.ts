/** What a caller of `diagnose` may ask for, and what becomes of it. */
import { expectKnownOptions, type KnownOptions } from '../config/known-options.js'
import { SseCoordError } from '../error.js'
import type { Evidence } from '../evidence/evidence.js'
import type { OnProgress } from '../evidence/progress.js'
import type { Finding } from '../evidence/report.js'
import type { AppOptions } from './app-options.js'
import type { StreamOptions } from './stream-options.js'

/** The two halves of the self-test. */
export type SelfTestPart = 'tabs' | 'failover'

/** Options of `diagnose`. */
export interface DiagnoseOptions extends StreamOptions {
  /** Tabs of the stall experiment, and with `urls` those that you mean to have open: 2 to 50. Default: 8. */
  tabs?: number
  /** A page of yours: its own streams are looked at, in place of the self-test. Default: none. */
  app?: AppOptions
  /** Trials of each fail-over case: 1 to 20. Default: 3. */
  trials?: number
  /** Which experiments to run. Default: all. */
  only?: readonly SelfTestPart[]
  /**
   * `chrome`, `chromium`, `edge`, or the path of a Chromium-based browser. Default: the first that is found; the
   * environment variables `SSE_COORD_BROWSER`, `PUPPETEER_EXECUTABLE_PATH` and `CHROME_PATH` come before the search.
   */
  browser?: string
  /** Install a browser when none is found. Default: false. */
  installBrowser?: boolean
  /** Run the browser in its sandbox. Default: true, but false as root, where Chromium cannot; all pages are our own. */
  sandbox?: boolean
  /** The least severity of a failed finding that makes `exitCode` 1. Default: `error` with `urls` or
   * `app`; without them `info`, as every finding of that run says that browser or coordinator did not behave as they should. */
  failOn?: Finding['severity']
  /** With `urls`: gets what was measured, to be saved; `judgeAgain` comes to the same report. */
  onEvidence?: (evidence: Evidence) => void
  /** Aborted: the run ends early and resolves with what was measured, `complete: false` and `exitCode: 130`. */
  signal?: AbortSignal
  /** Hears of every step that begins and ends. */
  onProgress?: OnProgress
  /** Hears, line by line, what installing a browser does. */
  onNote?: (line: string) => void
}

/** What the self-test is to do. */
export interface SelfTestPlan {
  tabs: number
  trials: number
  parts: readonly SelfTestPart[]
  signal: AbortSignal
  onProgress: OnProgress
}

/** Everything decided. */
export interface DiagnosePlan extends SelfTestPlan {
  browser: string | undefined
  installBrowser: boolean
  sandbox: boolean | undefined
  failOn: Finding['severity']
  onNote: (line: string) => void
}

const known: KnownOptions<DiagnoseOptions> = {
  urls: 'texts',
  for: true,
  deep: 'boolean',
  origin: 'text',
  via: 'text',
  listen: 'number',
  pageOrigin: 'text',
  withCredentials: 'boolean',
  headers: 'list',
  method: 'text',
  body: true,
  http: [1, 2, 'auto'],
  insecure: 'boolean',
  metrics: 'object',
  pid: 'number',
  profile: ['web', 'llm', 'mcp'],
  allowLoad: 'boolean',
  onlyChecks: 'texts',
  skipChecks: 'texts',
  tabs: 'number',
  app: 'object',
  trials: 'number',
  only: 'texts',
  browser: 'text',
  installBrowser: 'boolean',
  sandbox: 'boolean',
  failOn: ['info', 'warning', 'error'],
  onEvidence: 'function',
  signal: 'signal',
  onProgress: 'function',
  onNote: 'function',
}

const knownOfApp: KnownOptions<AppOptions> = {
  url: 'text',
  allowLoad: 'boolean',
  parts: 'texts',
  waitMs: 'number',
  steps: 'list',
  setup: 'function',
  cookies: 'list',
  headers: 'object',
  insecure: 'boolean',
  timeoutMs: 'number',
}

const parts: readonly SelfTestPart[] = ['tabs', 'failover']

/** @throws SseCoordError `bad-option` for an option that there is none of, and where a value is outside what is allowed. */
export function toPlan(options: DiagnoseOptions): DiagnosePlan {
  expectKnownOptions('diagnose', options, known)
  if (options.app) expectKnownOptions('app', options.app, knownOfApp)
  const only = options.only ?? parts
  const stray = only.find((part) => !parts.includes(part))
  if (stray !== undefined || only.length === 0) {
    throw new SseCoordError(
      'bad-option',
      `only must hold ${parts.join(' or ')}${stray === undefined ? '' : `, not ${stray}`}`,
    )
  }
  return {
    tabs: wholeNumber('tabs', options.tabs ?? 8, 2, 50),
    trials: wholeNumber('trials', options.trials ?? 3, 1, 20),
    parts: only,
    browser: options.browser,
    installBrowser: options.installBrowser ?? false,
    sandbox: options.sandbox,
    failOn: options.failOn ?? (options.app ? 'error' : 'info'),
    signal: options.signal ?? new AbortController().signal,
    onProgress: options.onProgress ?? (() => {}),
    onNote: options.onNote ?? (() => {}),
  }
}

function wholeNumber(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new SseCoordError('bad-option', `${name} must be a whole number from ${least} to ${most}, not ${value}`)
}
