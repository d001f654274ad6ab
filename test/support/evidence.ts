import { readFileSync } from 'node:fs'
import type { Evidence } from '../../src/evidence/evidence.js'

/** The saved evidence of `fixtures/evidence`, by check and outcome. */
export function evidenceOf(check: string, outcome: 'pass' | 'fail' | 'unknown' | 'skip'): Evidence {
  const file = new URL(`../../fixtures/evidence/${check.replace('/', '-')}.${outcome}.json`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')) as Evidence
}
