import { expect, test } from 'vitest'
import { judge, summarise } from '../../src/doctor/judge.js'
import { evidenceOf } from '../support/evidence.js'

test('every check becomes one finding, in one order, with its page', () => {
  const findings = judge(evidenceOf('tabs/stall', 'fail'))
  expect(findings.map(({ id, state }) => [id, state])).toEqual([
    ['tabs/stall', 'fail'],
    ['browser/no-stall', 'pass'],
    ['failover/slow', 'skip'],
    ['failover/lossy', 'skip'],
  ])
  expect(findings[0]).toMatchObject({
    severity: 'error',
    target: null,
    reason: null,
    docs: 'docs/checks/tabs-stall.md',
    why: expect.any(String),
    fixes: [{ stack: expect.any(String), snippet: expect.any(String) }],
    baseline: null,
    delta: null,
  })
  expect(findings[2]).toMatchObject({
    measured: null,
    expected: null,
    why: null,
    fixes: [],
    reason: expect.any(String),
  })
  expect(summarise(findings)).toEqual({ passed: 1, failed: 1, skipped: 2, unknown: 0, errors: 1, warnings: 0 })
})

test('an info finding that failed is counted as failed, as neither error nor warning', () => {
  expect(summarise(judge(evidenceOf('browser/no-stall', 'fail')))).toMatchObject({ failed: 1, errors: 0, warnings: 0 })
})
