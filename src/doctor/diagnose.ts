/** One run of the doctor, from options to report: gather the evidence, judge it, count. */
import os from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type FoundBrowser,
  findBrowser,
  installBrowser,
  type LaunchedBrowser,
  launchBrowser,
} from '../browser/index.js'
import { SseCoordError } from '../error.js'
import type { Evidence } from '../evidence/evidence.js'
import type { Report } from '../evidence/report.js'
import { roundMs } from '../evidence/round-ms.js'
import { tool } from '../package.js'
import { type DiagnoseOptions, type DiagnosePlan, toPlan } from './diagnose-options.js'
import { diagnoseStreams } from './diagnose-streams.js'
import { exitCodeOf } from './exit-code.js'
import { judge, summarise } from './judge.js'
import { runSelfTest } from './self-test.js'
import { runStep } from './step.js'
import { toStreamsPlan } from './stream-options.js'

/**
 * With `urls`: looks at these streams over the wire and says what is wrong with them.
 *
 * Without: shows the connection limit in a real browser, and what the coordinator does about it: opens tabs with plain
 * `EventSource` and with the coordinator, then ends the leading tab in every way in which tabs end.
 *
 * Resolves with a report also where it could not run (`error`, `exitCode` 2) or was aborted (`exitCode` 130); what was
 * measured until then is in it. Nothing is left running, and no file is left behind.
 *
 * @throws SseCoordError `bad-option` where an option is outside what is allowed, `bad-target` where a URL is none.
 */
export async function diagnose(options: DiagnoseOptions = {}): Promise<Report> {
  const plan = toPlan(options)
  if (!options.urls?.length && options.via === undefined) return testBrowser(plan)
  return diagnoseStreams({
    plan: toStreamsPlan(options, plan.tabs),
    failOn: options.failOn ?? 'error',
    signal: plan.signal,
    onProgress: plan.onProgress,
    onEvidence: options.onEvidence ?? (() => {}),
  })
}

async function testBrowser(plan: DiagnosePlan): Promise<Report> {
  const startedAt = new Date()
  const begin = performance.now()
  const evidence: Evidence = {
    schema: 'sse-coord/evidence@1',
    environment: { node: process.versions.node, os: `${os.type()} ${os.release()} ${os.arch()}`, browser: null },
    targets: [],
    complete: false,
    experiments: {},
  }
  const error = await gather(plan, evidence)
  const findings = judge(evidence)
  return {
    schema: 'sse-coord/report@1',
    tool,
    command: 'doctor',
    startedAt: startedAt.toISOString(),
    durationMs: roundMs(performance.now() - begin),
    complete: evidence.complete,
    exitCode: exitCodeOf({ failOn: plan.failOn, complete: evidence.complete, findings, failed: error !== undefined }),
    failOn: plan.failOn,
    environment: evidence.environment,
    targets: evidence.targets,
    experiments: evidence.experiments,
    findings,
    summary: summarise(findings),
    ...(error && { error: { code: error.code, message: error.message, hint: error.hint ?? null } }),
  }
}

/** Fills the evidence as far as it goes; resolves with what stopped it. Faults of our own are thrown. */
async function gather(plan: DiagnosePlan, evidence: Evidence): Promise<SseCoordError | undefined> {
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
    // Closing the browser is what ends the calls that wait for one of its pages.
    const stop = () => void browser.close()
    plan.signal.addEventListener('abort', stop)
    try {
      await runSelfTest(browser, plan, evidence)
    } catch (error) {
      // A browser that dies makes every call to its pages fail, a moment before its process is seen to be gone.
      if (await Promise.race([browser.died.then(() => true), sleep(1000, false)])) throw browserDied(browser)
      throw error
    } finally {
      plan.signal.removeEventListener('abort', stop)
    }
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
}: DiagnosePlan): Promise<FoundBrowser> {
  signal.throwIfAborted()
  if (mayInstall && browser === undefined) return expectChromium(await installBrowser({ onNote, signal }))
  return expectChromium(await findBrowser(browser === undefined ? {} : { browser }))
}

/** The experiments need what Chromium alone offers: tabs that crash and freeze on command, and its network events. */
function expectChromium(found: FoundBrowser): FoundBrowser {
  if (found.engine === 'chromium') return found
  throw new SseCoordError('bad-option', `This run needs a Chromium-based browser, and ${found.name} is none.`, {
    hint: 'Name one with --browser chrome, chromium, edge, or a path.',
  })
}

function launchOptions({ sandbox, signal }: DiagnosePlan): Parameters<typeof launchBrowser>[1] {
  return sandbox === undefined ? { signal } : { sandbox, signal }
}

function browserDied({ name }: LaunchedBrowser): SseCoordError {
  return new SseCoordError('browser-died', `${name} ended in the middle of the run.`, {
    hint: 'Run it again; where memory is short, use fewer tabs: --tabs 7.',
  })
}
