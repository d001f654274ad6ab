/** One run of the doctor, from options to report: gather the evidence, judge it, count. */
import os from 'node:os'
import type { Evidence } from '../evidence/evidence.js'
import type { Report } from '../evidence/report.js'
import { roundMs } from '../evidence/round-ms.js'
import { tool } from '../package.js'
import { diagnoseApp } from './diagnose-app.js'
import { type DiagnoseOptions, toPlan } from './diagnose-options.js'
import { exitCodeOf } from './exit-code-of.js'
import { gatherInBrowser } from './gather-in-browser.js'
import { judge, summarise } from './judge.js'
import { runSelfTest } from './self-test.js'

/**
 * With `app`: opens that page in real tabs and says what its streams do there.
 *
 * Without: shows the connection limit in a real browser, and what the coordinator does about it: opens tabs with plain
 * `EventSource` and with the coordinator, then ends the leading tab in every way in which tabs end.
 *
 * Resolves with a report also where it could not run (`error`, `exitCode` 2) or was aborted (`exitCode` 130); what was
 * measured until then is in it. Nothing is left running, and no file is left behind.
 *
 * @throws SseCoordError `bad-option` where an option is outside what is allowed.
 */
export async function diagnose(options: DiagnoseOptions = {}): Promise<Report> {
  const plan = toPlan(options)
  if (options.app !== undefined) return diagnoseApp(plan, options.app)
  const startedAt = new Date()
  const begin = performance.now()
  const evidence: Evidence = {
    schema: 'sse-coord/evidence@1',
    environment: { node: process.versions.node, os: `${os.type()} ${os.release()} ${os.arch()}`, browser: null },
    targets: [],
    complete: false,
    experiments: {},
  }
  const error = await gatherInBrowser({ ...plan, needsChromium: true }, evidence, (browser) =>
    runSelfTest(browser, plan, evidence),
  )
  const findings = judge(evidence)
  return {
    schema: 'sse-coord/report@1',
    tool,
    command: 'doctor',
    startedAt: startedAt.toISOString(),
    durationMs: roundMs(performance.now() - begin),
    complete: evidence.complete,
    exitCode: exitCodeOf(plan.failOn, evidence, findings, error),
    failOn: plan.failOn,
    environment: evidence.environment,
    targets: evidence.targets,
    experiments: evidence.experiments,
    findings,
    summary: summarise(findings),
    ...(error && { error: { code: error.code, message: error.message, hint: error.hint ?? null } }),
  }
}
