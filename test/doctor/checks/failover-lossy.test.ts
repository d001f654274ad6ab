import { expect, test } from 'vitest'
import { failoverLossy } from '../../../src/doctor/checks/failover-lossy.js'
import { evidenceOf } from '../../support/evidence.js'

test('nothing lost and nothing doubled passes, whatever the plain Web Lock lost', () => {
  const evidence = evidenceOf('failover/lossy', 'pass')
  expect(evidence.experiments.failover?.some(({ leader, lost }) => leader === 'web-lock' && lost > 0)).toBe(true)
  expect(failoverLossy.judge(evidence)).toMatchObject({
    state: 'pass',
    measured: '0 lost and 0 duplicated in 13 hand-overs',
  })
})

test('a lost or doubled event fails and names the case', () => {
  expect(failoverLossy.judge(evidenceOf('failover/lossy', 'fail'))).toMatchObject({
    state: 'fail',
    measured: 'crashes: 3 lost, 1 duplicated',
    limit: 0,
    actual: 4,
  })
})

test('a run cut short passes no case that it did not reach, and fails those that it did', () => {
  const evidence = { ...evidenceOf('failover/lossy', 'pass'), complete: false }
  expect(failoverLossy.judge(evidence).state).toBe('unknown')
  expect(failoverLossy.judge({ ...evidenceOf('failover/lossy', 'fail'), complete: false }).state).toBe('fail')
})

test('cut short is unknown, not asked for is skipped', () => {
  expect(failoverLossy.judge(evidenceOf('failover/lossy', 'unknown')).state).toBe('unknown')
  expect(failoverLossy.judge(evidenceOf('failover/lossy', 'skip')).state).toBe('skip')
})
