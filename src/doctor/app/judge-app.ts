/** Judges the evidence of one page: every check of an app, one finding each. Pure. */
import type { AppEvidence } from '../../evidence/app-evidence.js'
import type { Finding } from '../../evidence/report.js'
import { toFinding } from '../judge.js'
import type { AppCheck } from './app-check.js'
import { appChecks } from './index.js'

export function judgeApp(app: AppEvidence, checks: readonly AppCheck[] = appChecks): Finding[] {
  return checks.map((check) => {
    const verdict = check.judge(app)
    return { ...toFinding(check, verdict, app.page), locations: verdict.locations ?? [] }
  })
}
