/** Findings as text: those that failed in full, the others in a line or in one word. */
import type { Finding } from '../evidence/report.js'
import { type Mark, type Pen, toneOf } from './pen.js'
import { formatSnippet } from './snippet.js'
import { wrap } from './wrap.js'

/** The sign of a finding. Only an error gets the cross: warnings and notes fail without breaking anything. */
export function markOf({ state, severity }: Finding): Mark {
  if (state === 'fail') return severity === 'error' ? 'fail' : 'warning'
  return state
}

/** One block of lines per failure, then one line each for what could not be judged, then one for what passed. */
export function formatFindings(findings: readonly Finding[], width: number, pen: Pen): string[][] {
  const inState = (state: Finding['state']) => findings.filter((finding) => finding.state === state)
  const passed = inState('pass')
  const brief = [...inState('unknown'), ...inState('skip')].flatMap((finding) => formatUnjudged(finding, width, pen))
  if (passed.length > 0) brief.push(...signed('pass', `passed: ${passed.map(({ id }) => id).join(', ')}`, width, pen))
  return [...inState('fail').map((finding) => formatFailure(finding, width, pen)), ...(brief.length > 0 ? [brief] : [])]
}

function formatUnjudged(finding: Finding, width: number, pen: Pen): string[] {
  const what = finding.state === 'skip' ? 'skipped' : 'not known'
  return signed(markOf(finding), `${finding.id}: ${finding.reason ?? what}`, width, pen)
}

function formatFailure(finding: Finding, width: number, pen: Pen): string[] {
  const target = finding.target === null ? '' : `  ${finding.target}`
  const lines = signed(markOf(finding), `${finding.id}  ${finding.severity}${target}`, width, pen)
  const add = (name: string, text: string | null) => {
    if (text === null || text === '') return
    lines.push(...wrap(pen.text(text), width, ' '.repeat(13), `   ${name.padEnd(10)}`))
  }
  add('measured', finding.measured)
  add('expected', finding.expected)
  for (const { file, line, column, function: name } of finding.locations) {
    add('at', `${file}:${line}:${column}${name === null ? '' : ` ${name}`}`)
  }
  add('why', finding.why)
  for (const { stack, snippet } of finding.fixes) {
    add('fix', stack)
    lines.push(...formatSnippet(snippet, width, pen, ' '.repeat(15)))
  }
  add('more', `sse-coord explain ${finding.id}`)
  return lines
}

function signed(mark: Mark, text: string, width: number, pen: Pen): string[] {
  const sign = pen.sign(mark)
  const lines = wrap(pen.text(text), width, ' '.repeat(sign.length + 1), `${sign} `)
  return lines.map((line) => pen.paint(toneOf[mark], line))
}
