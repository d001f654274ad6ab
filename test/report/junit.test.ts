import { expect, test } from 'vitest'
import { renderJunit } from '../../src/report/junit.js'
import { checks, finding, hostile, noStall, report, reports } from './fixtures.js'
import { junitFaults } from './support/schemas.js'

test('every report is valid against the schema of Jenkins', async () => {
  for (const [name, one] of Object.entries({ ...reports, ...checks, hostile })) {
    expect(await junitFaults(renderJunit(one)), name).toEqual([])
  }
})

test('the schema does refuse what is wrong', async () => {
  const text = renderJunit(checks.exceeded).replace('<testcase ', '<testcase wrong="1" ')
  expect(await junitFaults(text)).not.toEqual([])
})

test('a failure carries figures, places and the fix', () => {
  const text = renderJunit(checks.exceeded)
  expect(text).toContain('tests="3" failures="1" errors="0" skipped="1"')
  expect(text).toContain('name="budget/streams-per-tab http://localhost:3000/dashboard"')
  expect(text).toContain('actual 2 · limit 1 · baseline 1 · +1')
  expect(text).toContain('at src/live.ts:31:18 startLive')
  expect(text).toContain('SharedEventSource')
})

test('a finding below the severity that fails the run is a case that passed', () => {
  const text = renderJunit(report({ findings: [noStall] }))
  expect(text).toContain('failures="0"')
  expect(text).toContain('<system-out>info: ')
  expect(renderJunit(report({ findings: [noStall], failOn: 'info' }))).toContain('failures="1"')
})

test('what stopped the run is an error, and a command that failed a failure', () => {
  expect(renderJunit(reports.noBrowser)).toContain('<error type="browser-not-found"')
  expect(renderJunit(checks.commandFailed)).toContain('<failure type="command" message="exit code 3">')
})

test('a finding that was skipped gives its reason', () => {
  const text = renderJunit(report({ findings: [finding('tabs/stall', { state: 'skip', reason: 'not asked for' })] }))
  expect(text).toContain('<skipped>skip: not asked for</skipped>')
})
