import { expect, test } from 'vitest'
import { renderMarkdown } from '../../src/report/markdown.js'
import { checks, finding, hostile, report, reports } from './fixtures.js'

test('a budget that was exceeded shows the figures, the places and the fix', () => {
  const text = renderMarkdown(checks.exceeded)
  expect(text).toContain('## ❌ sse-coord check: 1 error.')
  expect(text).toContain('| ❌ | budget/streams-per-tab | http://localhost:3000/dashboard | 2 | 1 | 1 | +1 |')
  expect(text).toContain('| ✅ | budget/streams-per-tab | http://localhost:3000/settings | 1 | 1 | 1 | ±0 |')
  expect(text).toContain('- **at** `src/live.ts:31:18 startLive`')
  expect(text).toContain("```\nimport { SharedEventSource } from 'sse-coord/coordinator'\n```")
  expect(text).toContain('budget/stalled-requests: Firefox does not tell; use Chromium')
})

test('the table of budgets is of budgets alone', () => {
  const oversized = finding('format/oversized', { state: 'pass', actual: 23, limit: 65_536 })
  expect(renderMarkdown(report({ findings: [oversized] }))).not.toContain('| baseline |')
})

test('a self-test shows both tables', () => {
  const text = renderMarkdown(reports.healthy)
  expect(text).toContain('## ✅ sse-coord doctor: All 4 checks passed.')
  expect(text).toContain('| connections in use | ■■■■■■ | ■□□□□□ |')
  expect(text).toContain('| is frozen | plain Web Lock | silent for 5 s |')
})

test('an error stands in the heading, and what to do below', () => {
  const text = renderMarkdown(reports.noBrowser)
  expect(text).toContain('Could not run: No browser found')
  expect(text).toContain('```\napt-get install -y chromium\n')
})

test('it never grows beyond 60,000 characters, and says what it left out', () => {
  const findings = Array.from({ length: 3000 }, (_, index) =>
    finding(`a/b${index}`, {
      state: index % 2 ? 'fail' : 'unknown',
      target: 'http://localhost/'.padEnd(2000, 'x'),
      measured: 'm'.repeat(5000),
      reason: 'r'.repeat(5000),
      fixes: [{ stack: 's', snippet: '`'.repeat(50_000) }],
    }),
  )
  const text = renderMarkdown(report({ findings, targets: findings.map(({ target }) => target ?? '') }))
  expect(text.length).toBeLessThanOrEqual(60_000)
  expect(text.length).toBeGreaterThan(40_000)
  expect(text).toContain('The rest was left out')
})

test('foreign words stay words', () => {
  const text = renderMarkdown(hostile)
  const outside = text.replace(/^(`{3,})\n[\s\S]*?\n\1$/gm, '').replace(/(`+)[^\n]*?[^`]\1(?!`)/g, '')
  expect(outside).not.toContain('<script>')
  expect(outside).not.toMatch(/@someone/)
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
})
