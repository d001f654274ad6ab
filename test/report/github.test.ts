import { expect, test } from 'vitest'
import { renderGithub } from '../../src/report/github.js'
import { checks, finding, hostile, noStall, report, reports } from './fixtures.js'

test('a failure stands on each line that caused it', () => {
  const lines = renderGithub(checks.exceeded).trimEnd().split('\n')
  expect(lines[0]).toMatch(
    /^::error file=src\/live\.ts,line=31,col=18,title=budget\/streams-per-tab · http%3A\/\/localhost%3A3000\/dashboard::2 streams per tab/,
  )
  expect(lines[1]).toMatch(/^::error file=src\/presence\.ts,line=162,col=3,/)
  expect(lines[2]).toMatch(/^::notice title=budget\/stalled-requests%3A unknown::Firefox/)
  expect(lines).toHaveLength(3)
})

test('severities have their commands, the worst first', () => {
  const warning = finding('a/b', { state: 'fail', severity: 'warning', measured: 'w' })
  const error = finding('c/d', { state: 'fail', measured: 'e' })
  const text = renderGithub(report({ findings: [noStall, warning, error] }))
  expect(text.match(/^::\w+/gm)).toEqual(['::error', '::warning', '::notice'])
})

test('a script known by its address alone gets no file', () => {
  const place = { file: 'http://localhost/a.js', line: 1, column: 1, function: null }
  const text = renderGithub(report({ findings: [finding('a/b', { state: 'fail', locations: [place] })] }))
  expect(text).not.toContain('file=')
  expect(text).toContain('at http://localhost/a.js:1:1')
})

test('a good run says nothing', () => {
  expect(renderGithub(reports.healthy)).toBe('')
})

test('no word of anybody else becomes a command or a property', () => {
  const lines = renderGithub(hostile).trimEnd().split('\n')
  expect(lines.length).toBeGreaterThan(3)
  for (const line of lines) {
    expect(line).toMatch(/^::(error|warning|notice) /)
    expect(line).not.toMatch(/[\u0000-\u001f]/)
    // Only the command's own marks part its head from its text.
    const head = line.slice(2, line.indexOf('::', 2))
    expect(
      head
        .replace(/^\w+ /, '')
        .split(',')
        .every((part) => /^(file|line|col|title)=[^:,]*$/.test(part)),
    ).toBe(true)
  }
})

test('percent signs and line breaks come back as they were', () => {
  const text = renderGithub(report({ findings: [finding('a/b', { state: 'fail', measured: '100 %\r\nof it: a, b' })] }))
  expect(text).toContain('::100 %25%0D%0Aof it: a, b')
})
