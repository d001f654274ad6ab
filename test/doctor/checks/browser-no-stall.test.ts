import { expect, test } from 'vitest'
import { browserNoStall } from '../../../src/doctor/checks/browser-no-stall.js'
import { evidenceOf } from '../../support/evidence.js'

test('six streams open and no new tab passes', () => {
  expect(browserNoStall.judge(evidenceOf('browser/no-stall', 'pass'))).toMatchObject({
    state: 'pass',
    measured: '6 of 8 streams open, 2 waiting; a new tab does not load',
    limit: 6,
    actual: 6,
  })
})

test('eight streams of eight fail as information', () => {
  expect(browserNoStall.severity).toBe('info')
  expect(browserNoStall.judge(evidenceOf('browser/no-stall', 'fail'))).toMatchObject({ state: 'fail', actual: 8 })
})

test('a seventh tab that loads is enough to fail', () => {
  const evidence = evidenceOf('browser/no-stall', 'pass')
  Object.assign(evidence.experiments.stall?.native ?? {}, { newTab: { loaded: true, waitedMs: 30 } })
  expect(browserNoStall.judge(evidence).state).toBe('fail')
})

test('too few tabs cannot tell', () => {
  expect(browserNoStall.judge(evidenceOf('browser/no-stall', 'skip'))).toEqual({
    state: 'skip',
    reason: '4 tabs do not reach the limit; use --tabs 7 or more',
  })
})

test('a run cut short after the plain side is judged by it', () => {
  const { complete: _complete, ...evidence } = evidenceOf('browser/no-stall', 'pass')
  const { tabs, native } = evidence.experiments.stall ?? expect.fail('the fixture has the experiment')
  const cut = { ...evidence, complete: false, experiments: { stallCutShort: { tabs, native } } }
  expect(browserNoStall.judge(cut).state).toBe('pass')
})

test('a run cut short before the experiment leaves it unknown', () => {
  expect(browserNoStall.judge(evidenceOf('browser/no-stall', 'unknown'))).toMatchObject({ state: 'unknown' })
})
