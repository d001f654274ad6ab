import type { AppEvidence } from '../../src/evidence/app-evidence.js'
import { evidenceOf } from './evidence.js'

/** What was measured on the page of `fixtures/evidence`, by check and outcome. */
export function appOf(check: string, outcome: 'pass' | 'fail' | 'unknown' | 'skip'): AppEvidence {
  const { app } = evidenceOf(check, outcome)
  if (!app) throw new Error(`no page in the evidence for ${check}`)
  return app
}
