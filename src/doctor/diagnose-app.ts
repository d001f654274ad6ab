/** The doctor on the user's own page alone: from options to report. */
import os from 'node:os'
import type { Evidence } from '../evidence/evidence.js'
import { redactUrl } from '../evidence/redact-url.js'
import type { Report } from '../evidence/report.js'
import { roundMs } from '../evidence/round-ms.js'
import { tool } from '../package.js'
import { judgeApp } from './app/judge-app.js'
import type { AppOptions } from './app-options.js'
import type { DiagnosePlan } from './diagnose-options.js'
import { exitCodeOf } from './exit-code-of.js'
import { gatherApp } from './gather-app.js'
import { gatherInBrowser } from './gather-in-browser.js'
import { summarise } from './judge.js'

/** Measures the page and judges what was measured. Resolves as `diagnose` does. */
export async function diagnoseApp(plan: DiagnosePlan, app: AppOptions): Promise<Report> {
  const startedAt = new Date()
  const begin = performance.now()
  const evidence: Evidence = {
    schema: 'sse-coord/evidence@1',
    environment: { node: process.versions.node, os: `${os.type()} ${os.release()} ${os.arch()}`, browser: null },
    targets: [redactUrl(app.url)],
    complete: false,
    experiments: {},
  }
  const browserPlan = { ...plan, needsChromium: false, insecure: app.insecure ?? false }
  const error = await gatherInBrowser(browserPlan, evidence, async (browser) => {
    await gatherApp(browser, {
      ...app,
      tabs: plan.tabs,
      trusted: plan.sandbox === false,
      signal: plan.signal,
      onProgress: plan.onProgress,
      onEvidence: (soFar) => {
        evidence.app = soFar
      },
    })
  })
  const findings = evidence.app ? judgeApp(evidence.app) : []
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
