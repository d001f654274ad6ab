/** What a caller of `checkBudget` may ask for, and what becomes of it: three layers of settings as one plan. */
import path from 'node:path'
import type { Config } from '../config/config.js'
import { mergeSettings, readEnvironment } from '../config/environment.js'
import { expectKnownOptions, type KnownOptions } from '../config/known-options.js'
import { loadConfig } from '../config/load-config.js'
import type { Budget, PageSettings, Settings } from '../config/settings.js'
import { configKeys, validateConfig } from '../config/validate.js'
import { SseCoordError } from '../error.js'
import type { OnProgress } from '../evidence/progress.js'
import { ruleNames } from './rules.js'

/** Options of `checkBudget`: a config, and how the run is to be made. */
export interface CheckOptions extends Config {
  /** A config file to read below these options, or `true` to search for one upwards. Default: false. */
  configFile?: string | boolean
  /** Variables to read `SSE_COORD_*` from, between the two. Default: none. */
  env?: Readonly<Record<string, string | undefined>>
  /** Where files are looked for, and commands run without a config file. Default: the current folder. */
  cwd?: string
  /** Write what is measured into `baseline`. Default: false. */
  updateBaseline?: boolean
  /** With `run`: proxies to open, one for each browser that runs at the same time. 1 to 32. Default: 1. */
  listeners?: number
  /**
   * Open each page that would gain by it once more, with the coordinator in place of EventSource, for reports that show
   * before and after. Judges nothing. Default: false.
   */
  withCoordinator?: boolean
  /** Install a browser when none is found. Default: false. */
  installBrowser?: boolean
  /** Aborted: the run ends early and resolves with what was measured, `complete: false` and `exitCode: 130`. */
  signal?: AbortSignal
  /** Hears of every step that begins and ends. */
  onProgress?: OnProgress
  /** Hears, line by line, what installing a browser does. */
  onNote?: (line: string) => void
  /** Hears what the commands of `start` and `run` write. */
  onOutput?: (text: string) => void
}

/** Everything decided. */
export interface CheckPlan {
  settings: Settings
  budget: Budget
  pages: PageSettings[]
  /** The config file. */
  file: string | null
  /** Where commands run. */
  folder: string
  /** Relative to the folder we are in: what reports call the config. */
  configName: string | null
  tabs: number
  runs: number
  tolerance: number
  listeners: number
  baseline: string | null
  updateBaseline: boolean
  withCoordinator: boolean
  installBrowser: boolean
  env: Readonly<Record<string, string | undefined>>
  signal: AbortSignal
  onProgress: OnProgress
  onNote: (line: string) => void
  onOutput: (text: string) => void
}

/** The options of a run; those of a config judge themselves. */
const runOptions: KnownOptions<Omit<CheckOptions, keyof Config>> = {
  configFile: true,
  env: 'object',
  cwd: 'text',
  updateBaseline: 'boolean',
  listeners: 'number',
  withCoordinator: 'boolean',
  installBrowser: 'boolean',
  signal: 'signal',
  onProgress: 'function',
  onNote: 'function',
  onOutput: 'function',
}
const known = {
  ...Object.fromEntries(configKeys.map((key) => [key, true])),
  ...runOptions,
} as KnownOptions<CheckOptions>

/** @throws SseCoordError `bad-config` or `bad-option` for what makes no sense. */
export async function toPlan(options: CheckOptions): Promise<CheckPlan> {
  expectKnownOptions('checkBudget', options, known)
  const { configFile = false, env, cwd = process.cwd(), updateBaseline, listeners, installBrowser, ...rest } = options
  const { signal, onProgress, onNote, onOutput, withCoordinator, ...config } = rest
  const loaded = configFile === false ? null : await loadConfig(cwd, configFile === true ? undefined : configFile)
  const own = validateConfig(config, null)
  const layers = [loaded?.settings ?? {}, readEnvironment(env ?? {}), own]
  const settings = settle(layers.reduce(mergeSettings), own)
  const folder = loaded ? path.dirname(loaded.file) : cwd
  expectSense(settings, { updateBaseline: updateBaseline ?? false, listeners })
  return {
    settings,
    budget: withDefault(settings),
    pages: (settings.pages ?? (settings.run ? [] : startPage(settings))).map((page) => resolve(page, settings)),
    file: loaded?.file ?? null,
    folder,
    configName: loaded ? path.relative(cwd, loaded.file) || loaded.file : null,
    tabs: settings.tabs ?? 8,
    runs: settings.runs ?? 3,
    tolerance: settings.tolerance ?? 0.25,
    listeners: listeners ?? 1,
    // A file that the flags name is beside us, one that the config names beside the config.
    baseline:
      settings.baseline === undefined
        ? null
        : path.resolve(own.baseline === undefined ? folder : cwd, settings.baseline),
    updateBaseline: updateBaseline ?? false,
    withCoordinator: withCoordinator ?? false,
    installBrowser: installBrowser ?? false,
    env: env ?? process.env,
    signal: signal ?? new AbortController().signal,
    onProgress: onProgress ?? (() => {}),
    onNote: onNote ?? (() => {}),
    onOutput: onOutput ?? (() => {}),
  }
}

/** A command that was asked for here goes before the pages of the file, and pages before the file’s command. */
function settle(merged: Settings, own: Settings): Settings {
  const { pages, run, ...rest } = merged
  if (own.run !== undefined && own.pages === undefined) return { ...rest, run: own.run }
  return own.pages !== undefined && own.run === undefined ? { ...rest, pages: own.pages } : merged
}

/** For those who set no limit at all: one stream per tab; behind a proxy, one connection left for everything else. */
function withDefault({ budget = {}, pages = [], run, baseline }: Settings): Budget {
  const says = ruleNames.some((rule) => budget[rule] !== undefined) || budget.checks !== undefined
  const saysPages = pages.some((page) => page.budget && Object.keys(page.budget).length > 0)
  if (says || saysPages || baseline !== undefined) return budget
  return run === undefined ? { streamsPerTab: 1 } : { streamsPerOrigin: 5 }
}

/** With `start` alone, the address at which the app answers is the page. */
function startPage({ start }: Settings): PageSettings[] {
  return start ? [{ url: start.url }] : []
}

function resolve(page: PageSettings, { start }: Settings): PageSettings {
  if (URL.canParse(page.url)) {
    if (/^https?:$/.test(new URL(page.url).protocol)) return page
    throw new SseCoordError('bad-config', `“${page.url}” is not the address of a page.`, {
      hint: 'Give it in full, as in http://localhost:3000/.',
    })
  }
  if (start && URL.canParse(page.url, start.url)) return { ...page, url: new URL(page.url, start.url).href }
  throw new SseCoordError('bad-config', `The page “${page.url}” is no whole address.`, {
    hint: 'Write it as http://localhost:3000/…, or say in start.url where the app is.',
  })
}

function expectSense(
  settings: Settings,
  { updateBaseline, listeners }: { updateBaseline: boolean; listeners: number | undefined },
): void {
  const { run, target, forward, pages, start, baseline } = settings
  const refuse = (message: string, hint: string) => {
    throw new SseCoordError('bad-option', message, { hint })
  }
  if (!run && !start && !pages?.length) {
    refuse('There is nothing to check: no page, and no command to run.', 'sse-coord check http://localhost:3000/')
  }
  if (run && pages?.length) {
    refuse('Pages and run do not go together: a run is judged by what its own browsers open.', 'Leave one of them out.')
  }
  if (run && !forward && !target && !start) {
    refuse('run needs to know where the app is.', 'Add --target http://localhost:3000, or --forward.')
  }
  if (run && forward && target) refuse('forward and target do not go together.', 'Leave one of them out.')
  if (updateBaseline && !baseline) refuse('There is no baseline to update.', 'Name its file with --baseline FILE.')
  if (listeners !== undefined && !(Number.isInteger(listeners) && listeners >= 1 && listeners <= 32)) {
    refuse(`listeners takes a whole number from 1 to 32, not ${listeners}.`, 'One for each browser that runs at once.')
  }
}
