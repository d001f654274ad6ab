import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { appChecks } from '../../src/doctor/app/index.js'
import { checks } from '../../src/doctor/checks/index.js'
import { evidenceOf } from '../support/evidence.js'

const root = new URL('../../', import.meta.url)

describe.each(checks)('$id', (check) => {
  const name = check.id.replace('/', '-')

  test.each([`src/doctor/checks/${name}.ts`, `test/doctor/checks/${name}.test.ts`])('has %s', (file) => {
    expect(existsSync(new URL(file, root))).toBe(true)
  })

  test('has a docs page under its name', () => {
    const page = readFileSync(new URL(`docs/checks/${name}.md`, root), 'utf8')
    expect(page).toMatch(new RegExp(`^# ${check.id}\n\n\\*\\*Severity: ${check.severity}`))
    for (const heading of ['Symptom', 'Why', 'How it is measured', 'Fix']) expect(page).toContain(`\n## ${heading}\n`)
  })

  test.each(['pass', 'fail', 'unknown', 'skip'] as const)('has evidence that it judges as %s', (outcome) => {
    expect(check.judge(evidenceOf(check.id, outcome)).state).toBe(outcome)
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
