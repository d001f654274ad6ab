/** The two figures of a finding agree with its verdict: whoever reads `limit` and `actual` alone comes to the same. */
import { expect, test } from 'vitest'
import { appChecks } from '../../src/doctor/app/index.js'
import type { Verdict } from '../../src/doctor/check.js'
import { checks } from '../../src/doctor/checks/index.js'
import { streamChecks } from '../../src/doctor/stream-checks.js'
import { appOf } from '../support/app-evidence.js'
import { evidenceOf } from '../support/evidence.js'
import { streamOf } from '../support/stream-evidence.js'

const appName = (id: string) => (/^(tabs\/stall|failover\/)/.test(id) ? `app-${id}` : id)

function verdicts(outcome: 'pass' | 'fail'): [string, Verdict][] {
  return [
    ...checks.map((check): [string, Verdict] => [check.id, check.judge(evidenceOf(check.id, outcome))]),
    ...streamChecks.map((check): [string, Verdict] => [check.id, check.judge(streamOf(check.id, outcome))]),
    ...appChecks.map((check): [string, Verdict] => [check.id, check.judge(appOf(appName(check.id), outcome))]),
  ]
}

/** Whether the limit is kept; `undefined` where there are no two figures. */
function keepsLimit(verdict: Verdict): boolean | undefined {
  if (verdict.state !== 'pass' && verdict.state !== 'fail') return undefined
  const { limit, actual, limitIs } = verdict
  if (limit === undefined || actual === undefined) return undefined
  return limitIs === 'least' ? actual >= limit : actual <= limit
}

test.each([
  ['pass', false],
  ['fail', true],
] as const)('what is judged as %s says so in its figures', (outcome, contradiction) => {
  const compared = verdicts(outcome).filter(([, verdict]) => keepsLimit(verdict) !== undefined)
  expect(compared.length).toBeGreaterThan(5)
  expect(compared.filter(([, verdict]) => keepsLimit(verdict) === contradiction).map(([id]) => id)).toEqual([])
})
