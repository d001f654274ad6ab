/** Finds and starts a browser, has something measured in it, and ends it, whatever happens in between. */
import {
  type FoundBrowser,
  findBrowser,
  installBrowser,
  type LaunchedBrowser,
  launchBrowser,
  workIn,
} from '../browser/index.js'
import { SseCoordError } from '../error.js'
import type { Evidence } from '../evidence/evidence.js'
import type { DiagnosePlan } from './diagnose-options.js'
import { runStep } from './step.js'

/** Which browser, and how it is started. */
export interface BrowserPlan
  extends Pick<DiagnosePlan, 'browser' | 'installBrowser' | 'sandbox' | 'signal' | 'onProgress' | 'onNote'> {
  needsChromium: boolean
  /** Take certificates that nobody has signed. */
  insecure?: boolean
}

/**
 * Runs `measure`, which fills the evidence as far as it goes; resolves with what stopped it. Faults of our own are thrown.
 *
 * @param measure is given a signal that aborts with that of the plan, and when the browser dies
 */
export async function gatherInBrowser(
  plan: BrowserPlan,
  evidence: Evidence,
  measure: (browser: LaunchedBrowser, signal: AbortSignal) => Promise<void>,
): Promise<SseCoordError | undefined> {
  try {
    const found = await chooseBrowser(plan)
    await using browser = await runStep(plan.onProgress, {
      id: 'browser',
      title: 'starting a browser',
      plannedMs: 2000,
      run: () => launchBrowser(found, launchOptions(plan)),
      outcome: ({ name, version }) => `${name} ${version}`,
    })
    evidence.environment.browser = { name: browser.name, version: browser.version }
    const hint = 'Run it again; where memory is short, use fewer tabs: --tabs 7.'
    await workIn(browser, { signal: plan.signal, hint }, (signal) => measure(browser, signal))
    evidence.complete = true
  } catch (error) {
    if (!plan.signal.aborted) {
      if (error instanceof SseCoordError) return error
      throw error
    }
  }
  return undefined
}

async function chooseBrowser({
  browser,
  installBrowser: mayInstall,
  signal,
  onNote,
  needsChromium,
}: BrowserPlan): Promise<FoundBrowser> {
  signal.throwIfAborted()
  const found =
    mayInstall && browser === undefined
      ? await installBrowser({ onNote, signal })
      : await findBrowser(browser === undefined ? {} : { browser })
  return needsChromium ? expectChromium(found) : found
}

/** The self-test needs what Chromium alone offers: tabs that crash and freeze on command, and its network events. */
function expectChromium(found: FoundBrowser): FoundBrowser {
  if (found.engine === 'chromium') return found
  throw new SseCoordError('bad-option', `This run needs a Chromium-based browser, and ${found.name} is none.`, {
    hint: 'Name one with --browser chrome, chromium, edge, or a path.',
  })
}

function launchOptions({ sandbox, insecure, signal }: BrowserPlan): Parameters<typeof launchBrowser>[1] {
  return { ...(sandbox !== undefined && { sandbox }), ...(insecure && { insecure }), signal }
}
