/** What is done on the user's page before it is looked at: follow links, click, wait, sign in. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { BrowserContext, Page } from 'puppeteer-core'
import type { SetupPage } from '../../config/setup-page.js'
import { SseCoordError } from '../../error.js'
import type { AppCookie, AppStep } from '../app-page-options.js'

/** In words that follow “step 2”. */
function stepWords(step: AppStep): string {
  if ('visit' in step) return `visit ${step.visit}`
  if ('click' in step) return `click ${step.click}`
  return 'waitFor' in step ? `wait for ${step.waitFor}` : `wait ${step.waitMs} ms`
}

/**
 * @throws SseCoordError `bad-option` for a step that is none of the four: passed over, it would leave the page where its streams
 * are not.
 */
export function expectSteps(steps: readonly AppStep[]): void {
  for (const [index, step] of steps.entries()) {
    if (isStep(step)) continue
    throw new SseCoordError(
      'bad-option',
      `steps[${index}] takes one of visit, click, waitFor and waitMs, as in { click: "#open" } or { waitMs: 500 }, not ${JSON.stringify(step)}.`,
    )
  }
}

function isStep(step: Readonly<Record<string, unknown>>): boolean {
  const [name, ...more] = Object.keys(step ?? {})
  if (name === undefined || more.length > 0) return false
  const value = step[name]
  if (name === 'waitMs') return typeof value === 'number' && value >= 0 && Number.isFinite(value)
  return ['visit', 'click', 'waitFor'].includes(name) && typeof value === 'string'
}

/** What the steps of one tab go by. */
export interface StepLimits {
  /** A step that fails in a later tab is a finding, not an error: that tab may be stalled. */
  isFirst: boolean
  /** For each step. */
  timeoutMs: number
  signal: AbortSignal
}

/**
 * Does the steps, one after the other; resolves with null, or with the step that could not be done in a later tab.
 *
 * @throws SseCoordError `step-failed`, which names the step and what was missing.
 */
export async function doSteps(page: Page, steps: readonly AppStep[], limits: StepLimits): Promise<string | null> {
  const { isFirst, timeoutMs, signal } = limits
  for (const [index, step] of steps.entries()) {
    signal.throwIfAborted()
    try {
      await doStep(page, step, limits)
    } catch (cause) {
      signal.throwIfAborted()
      if (!isFirst) return stepWords(step)
      throw stepFailed(page, step, { index, timeoutMs, cause })
    }
  }
  return null
}

async function doStep(page: Page, step: AppStep, { timeoutMs, signal }: StepLimits): Promise<void> {
  if ('visit' in step) {
    await page.goto(new URL(step.visit, page.url()).href, { waitUntil: 'load', timeout: timeoutMs })
  } else if ('click' in step) {
    const element = await page.waitForSelector(step.click, { visible: true, timeout: timeoutMs, signal })
    await element?.click()
  } else if ('waitFor' in step) {
    await page.waitForSelector(step.waitFor, { timeout: timeoutMs, signal })
  } else {
    await sleep(step.waitMs, undefined, { signal })
  }
}

function stepFailed(
  page: Page,
  step: AppStep,
  { index, timeoutMs, cause }: { index: number; timeoutMs: number; cause: unknown },
): SseCoordError {
  const selector = 'click' in step ? step.click : 'waitFor' in step ? step.waitFor : undefined
  const isLate = cause instanceof Error && cause.name === 'TimeoutError'
  const what =
    selector !== undefined && isLate
      ? `there is no ${'click' in step ? 'visible ' : ''}“${selector}” on ${page.url()} within ${timeoutMs / 1000} s`
      : cause instanceof Error
        ? cause.message
        : String(cause)
  return new SseCoordError('step-failed', `Step ${index + 1} (${stepWords(step)}) failed: ${what}.`, {
    hint:
      selector === undefined
        ? 'Open the page by hand, and check the address.'
        : 'Open the page by hand, and check the selector; where the element comes late, wait longer.',
    cause,
  })
}

/** Sets cookies for the host of `url`, for all tabs of the context. */
export async function setCookies(context: BrowserContext, url: string, cookies: readonly AppCookie[]): Promise<void> {
  if (cookies.length === 0) return
  const { hostname } = new URL(url)
  await context.setCookie(...cookies.map(({ name, value }) => ({ name, value, domain: hostname, path: '/' })))
}

/** How the set-up's own tab is had. */
export interface SetupLimits {
  /** Sent with its requests, as with those of the other tabs. */
  headers: Readonly<Record<string, string>>
  /** For the page, and for each wait of the set-up that names no other. */
  timeoutMs: number
  signal: AbortSignal
}

/**
 * Runs the user's own set-up, such as signing in, on a tab of its own before the others are opened. What the page answers
 * is for the set-up to judge: where a sign-in is needed it may well be a 401.
 *
 * @throws SseCoordError `step-failed` with the message of what the set-up threw.
 */
export async function runSetup(
  context: BrowserContext,
  url: string,
  setup: (page: SetupPage) => unknown,
  { headers, timeoutMs, signal }: SetupLimits,
): Promise<void> {
  const page = await context.newPage()
  try {
    page.setDefaultTimeout(timeoutMs)
    if (Object.keys(headers).length > 0) await page.setExtraHTTPHeaders({ ...headers })
    await page.goto(url, { waitUntil: 'load' })
    await setup(page)
  } catch (cause) {
    signal.throwIfAborted()
    const words = cause instanceof Error ? cause.message : String(cause)
    throw new SseCoordError('step-failed', `The set-up of the page failed: ${words}`, { cause })
  } finally {
    await page.close().catch(() => {})
  }
}
