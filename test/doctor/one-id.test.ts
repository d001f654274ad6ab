import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
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
