/** One run of the doctor, from options to report: gather the evidence, judge it, count. */
import os from 'node:os'
import { findBrowser } from '../browser/index.js'
import type { Evidence } from '../evidence/evidence.js'
import type { Report } from '../evidence/report.js'
import { roundMs } from '../evidence/round-ms.js'
import { tool } from '../package.js'
import { appChecks } from './app/index.js'
import { chooseChecks } from './choose-checks.js'
import { type DiagnoseOptions, type DiagnosePlan, toPlan } from './diagnose-options.js'
import { diagnoseStreams } from './diagnose-streams.js'
import { exitCodeOf } from './exit-code.js'
import { gatherInBrowser } from './gather-in-browser.js'
import { judge, summarise } from './judge.js'
import { measureApp } from './measure-app.js'
import { runSelfTest } from './self-test.js'
import { toStreamsPlan } from './stream-options.js'

/**
 * With `urls`: looks at these streams over the wire and says what is wrong with them. With `app`: opens that page in real
 * tabs and says what its streams do there.
 *
 * Without: shows the connection limit in a real browser, and what the coordinator does about it: opens tabs with plain
 * `EventSource` and with the coordinator, then ends the leading tab in every way in which tabs end.
 *
 * Resolves with a report also where it could not run (`error`, `exitCode` 2) or was aborted (`exitCode` 130); what was
 * measured until then is in it. Nothing is left running, and no file is left behind.
 *
 * @throws SseCoordError `bad-option` where an option is outside what is allowed, `bad-target` where a URL is none,
 *   `browser-not-found` where the browser that was named for `app` is not there, before a stream is watched.
 */
export async function diagnose(options: DiagnoseOptions = {}): Promise<Report> {
  const plan = toPlan(options)
  const { app } = options
  const hasStreams = options.urls?.length || options.via !== undefined
  if (!hasStreams && app === undefined) return testBrowser(plan)
  const streams = hasStreams ? toStreamsPlan(options, plan.tabs, app === undefined ? [] : appChecks) : undefined
  if (streams && app && options.browser !== undefined) await findBrowser({ browser: options.browser })
  const chosen = streams?.chosen ?? chooseChecks(options.onlyChecks, options.skipChecks, { stream: [] })
  return diagnoseStreams({
    streams: streams?.streams ?? [],
    chosen,
    failOn: options.failOn ?? 'error',
    signal: plan.signal,
    onProgress: plan.onProgress,
    onEvidence: options.onEvidence ?? (() => {}),
    ...(app &&
      chosen.app.length > 0 && {
        measureApp: (evidence: Evidence) => measureApp({ plan, app, checks: chosen.app, evidence }),
      }),
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
  const error = await gatherInBrowser({ ...plan, needsChromium: true }, evidence, (browser, signal) =>
    runSelfTest(browser, { ...plan, signal }, evidence),
  )
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
