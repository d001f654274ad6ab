import { expect, test } from 'vitest'
import { failoverSlow } from '../../../src/doctor/checks/failover-slow.js'
import { evidenceOf } from '../../support/evidence.js'

test('quick hand-overs pass, and the plain Web Lock is not judged', () => {
  const evidence = evidenceOf('failover/slow', 'pass')
  expect(evidence.experiments.failover?.some(({ leader, timedOut }) => leader === 'web-lock' && timedOut > 0)).toBe(
    true,
  )
  expect(failoverSlow.judge(evidence)).toMatchObject({
    state: 'pass',
    measured: 'closes: 24 ms, crashes: 27 ms, enters the back/forward cache: 52 ms, is frozen: 18 ms, hangs: 3204 ms',
  })
})

test('a slow median and a trial without an event fail', () => {
  const verdict = failoverSlow.judge(evidenceOf('failover/slow', 'fail'))
  expect(verdict).toMatchObject({ state: 'fail' })
  expect(verdict).toHaveProperty(
    'measured',
    expect.stringContaining('enters the back/forward cache: 4800 ms (1 of 3 without an event)'),
  )
})

test.each([
  ['close', 1001],
  ['hang', 5001],
])('%s after %i ms is too slow', (event, medianMs) => {
  const evidence = evidenceOf('failover/slow', 'pass')
  for (const failover of evidence.experiments.failover ?? []) if (failover.event === event) failover.medianMs = medianMs
  expect(failoverSlow.judge(evidence).state).toBe('fail')
})

test('a run cut short passes no case that it did not reach, and fails those that it did', () => {
  const evidence = { ...evidenceOf('failover/slow', 'pass'), complete: false }
  expect(failoverSlow.judge(evidence).state).toBe('unknown')
  expect(failoverSlow.judge({ ...evidenceOf('failover/slow', 'fail'), complete: false }).state).toBe('fail')
})

test('cut short is unknown, not asked for is skipped', () => {
  expect(failoverSlow.judge(evidenceOf('failover/slow', 'unknown')).state).toBe('unknown')
  expect(failoverSlow.judge(evidenceOf('failover/slow', 'skip')).state).toBe('skip')
})
