import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { appChecks } from '../../src/doctor/app/index.js'
import { checks } from '../../src/doctor/checks/index.js'
import { streamChecks } from '../../src/doctor/stream-checks.js'
import { evidenceOf } from '../support/evidence.js'
import { streamOf } from '../support/stream-evidence.js'

const root = new URL('../../', import.meta.url)

const outcomes = ['pass', 'fail', 'unknown', 'skip'] as const

describe.each([...checks, ...streamChecks])('$id', (check) => {
  const name = check.id.replace('/', '-')

  test.each([`src/doctor/checks/${name}.ts`, `test/doctor/checks/${name}.test.ts`])('has %s', (file) => {
    expect(existsSync(new URL(file, root))).toBe(true)
  })

  test('has a docs page under its name', () => {
    const page = readFileSync(new URL(`docs/checks/${name}.md`, root), 'utf8')
    expect(page).toMatch(new RegExp(`^# ${check.id}\n\n\\*\\*Severity: ${check.severity}`))
    for (const heading of ['Symptom', 'Why', 'How it is measured', 'Fix']) expect(page).toContain(`\n## ${heading}\n`)
  })
})

describe.each(checks)('$id', (check) => {
  test.each(outcomes)('has evidence that it judges as %s', (outcome) => {
    expect(check.judge(evidenceOf(check.id, outcome)).state).toBe(outcome)
  })
})

describe.each(streamChecks)('$id', (check) => {
  const possible = check.alwaysApplies ? outcomes.filter((outcome) => outcome !== 'skip') : outcomes

  test.each(possible)('has evidence that it judges as %s', (outcome) => {
    expect(check.judge(streamOf(check.id, outcome)).state).toBe(outcome)
  })

  test('a run cut short before anything was measured is no fault, and no sign of health', () => {
    const { watch: _watch, encoded: _encoded, secrets: _secrets, ...bare } = streamOf(check.id, 'pass')
    const { http2: _http2, resume: _resume, cors: _cors, front: _front, leaks: _leaks, herd: _herd, ...nothing } = bare
    expect(['unknown', 'skip']).toContain(check.judge(nothing).state)
  })
})

describe.each(appChecks)('$id, of an app', (check) => {
  const name = check.id.replace('/', '-')
  const isShared = checks.some(({ id }) => id === check.id)

  test('has its code, its test and a docs page under its name', () => {
    const code = isShared ? `src/doctor/app/${name}.ts` : `src/doctor/checks/${name}.ts`
    const ownTest = isShared ? 'test/doctor/app/shared-ids.test.ts' : `test/doctor/checks/${name}.test.ts`
    for (const file of [code, ownTest]) expect(existsSync(new URL(file, root)), file).toBe(true)
    const page = readFileSync(new URL(`docs/checks/${name}.md`, root), 'utf8')
    expect(page).toMatch(new RegExp(`^# ${check.id}\n\n\\*\\*Severity: ${check.severity}`))
    for (const heading of ['Symptom', 'Why', 'How it is measured', 'Fix']) expect(page).toContain(`\n## ${heading}\n`)
  })

  test.each(['pass', 'fail', 'unknown', 'skip'] as const)('has evidence that it judges as %s', (outcome) => {
    const { app } = evidenceOf(isShared ? `app-${check.id}` : check.id, outcome)
    expect(app && check.judge(app).state).toBe(outcome)
  })
})
