/** The part of a run that looks at the user's own page: starts a browser, measures, and fills the evidence. */
import type { SseCoordError } from '../error.js'
import type { Evidence } from '../evidence/evidence.js'
import { redactUrl } from '../evidence/redact.js'
import type { AppCheck } from './app/app-check.js'
import type { AppOptions, AppPart } from './app-options.js'
import type { DiagnosePlan } from './diagnose-options.js'
import { emptyAppEvidence, gatherApp } from './gather-app.js'
import { gatherInBrowser } from './gather-in-browser.js'

export interface MeasureAppOptions {
  plan: DiagnosePlan
  app: AppOptions
  /** What is to be judged; nothing else is measured. */
  checks: readonly AppCheck[]
  /** Gets `app`, and the browser, as they are there. */
  evidence: Evidence
}

/** What each check needs beside the tabs themselves. */
const needs: Record<string, AppPart> = {
  'tabs/stall': 'coordinator',
  'client/dead-after-error-status': 'error-status',
  'client/zombie': 'reload',
  'failover/slow': 'handover',
  'failover/lossy': 'handover',
}

/** Resolves with what stopped it. */
export async function measureApp({
  plan,
  app,
  checks,
  evidence,
}: MeasureAppOptions): Promise<SseCoordError | undefined> {
  evidence.targets.push(redactUrl(app.url))
  const parts = app.parts ?? [...new Set<AppPart>(['tabs', ...checks.flatMap(({ id }) => needs[id] ?? [])])]
  const page = { ...app, parts, tabs: plan.tabs }
  evidence.app = emptyAppEvidence(page)
  const browserPlan = { ...plan, needsChromium: false, insecure: app.insecure ?? false }
  return gatherInBrowser(browserPlan, evidence, async (browser, signal) => {
    await gatherApp(browser, {
      ...page,
      trusted: plan.sandbox === false,
      signal,
      onProgress: plan.onProgress,
      onEvidence: (soFar) => {
        evidence.app = soFar
      },
    })
  })
}
