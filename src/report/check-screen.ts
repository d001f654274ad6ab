/** The report of `sse-coord check` for people at a terminal. */

import { formatDuration } from '../evidence/duration.js'
import type { Finding, Report } from '../evidence/report.js'
import { count, list } from '../evidence/words.js'
import { formatBudgetRows, isBudgetRow } from './budget-rows.js'
import { formatDelta } from './finding-text.js'
import { formatFindings } from './findings.js'
import type { Pen } from './pen.js'
import { formatSnippet } from './snippet.js'
import { formatTally } from './tally.js'
import { visibleWidth } from './visible-width.js'
import { wrap } from './wrap.js'

/**
 * The blocks of the screen, each a list of lines; empty ones are left out by the caller.
 *
 * @param error the lines of what stopped the run
 */
export function formatCheck(report: Report, width: number, pen: Pen, error: string[]): string[][] {
  const rows = report.findings.filter(isBudgetRow)
  const others = report.findings.filter((finding) => !isBudgetRow(finding))
  return [
    [...header(report, width, pen), ...formatBudgetRows(rows, width, pen)],
    ...formatFindings(others, width, pen),
    fixes(rows, width, pen),
    error,
    conclusion(report, rows).flatMap((text) => wrap(pen.text(text), width)),
    footer(report, width, pen),
  ]
}

function header({ budget, run, tool, environment, complete, targets }: Report, width: number, pen: Pen): string[] {
  const { browser } = environment
  const parts = [`${tool.name} ${tool.version}`]
  if (browser) parts.push(`${browser.name} ${browser.version.split('.')[0]}`)
  if (budget) {
    parts.push(count(budget.pages, 'page'), `${count(budget.tabs, 'tab')} each`)
    if (budget.config !== null) parts.push(`budget from ${budget.config}`)
    const origins = [
      ...new Set(targets.filter((target) => URL.canParse(target)).map((target) => new URL(target).origin)),
    ]
    parts.push(...origins)
  }
  if (run) parts.push(`'${run.command}' ended with ${run.exitCode}`)
  if (!complete) parts.push('cut short')
  return wrap(pen.text(parts.join(' · ')), width).map((line) => pen.paint('strong', line))
}

/** What to change, once for each rule that was exceeded. */
function fixes(rows: readonly Finding[], width: number, pen: Pen): string[] {
  const broken = new Map(rows.filter(({ state }) => state === 'fail').map((finding) => [finding.id, finding]))
  const snippets = new Map([...broken.values()].flatMap((finding) => finding.fixes.map((fix) => [fix.stack, fix])))
  return [...snippets.values()]
    .slice(0, 3)
    .flatMap(({ stack, snippet }) => [
      ...wrap(pen.text(stack), width, '    ', 'fix '),
      ...formatSnippet(snippet, width, pen, ' '.repeat(6)),
    ])
}

function conclusion(report: Report, rows: readonly Finding[]): string[] {
  const { run, complete, error } = report
  const sentences: string[] = []
  const broken = rows.filter(({ state }) => state === 'fail')
  if (run && run.exitCode !== 0)
    sentences.push(`The command failed with exit code ${run.exitCode}, and so does this run.`)
  if (broken.length > 0) {
    const targets = new Set(broken.map(({ target }) => target))
    const where = [...targets].every((target) => target === null)
      ? ''
      : ` on ${count(targets.size, run ? 'origin' : 'page')}`
    const places = [...new Set(broken.flatMap(({ limitAt }) => limitAt ?? []))]
    // A limit that is the least is lowered.
    const verb = broken.some(({ limitIs }) => limitIs === 'least') ? 'change' : 'raise'
    const raise = places.length > 0 ? `, or ${verb} the limit in ${list(places)}` : ''
    const what = broken.some(({ id }) => id === 'budget/streams-per-tab')
      ? 'Share the stream'
      : 'Hold fewer connections'
    sentences.push(`Budget exceeded${where}. ${what}${raise}.`)
  } else if (rows.length > 0 && complete && !error && rows.every(({ state }) => state === 'pass')) {
    const gains = rows.filter(({ delta, id }) => delta !== null && delta !== 0 && id !== 'budget/failover-time')
    const change = gains.length === 0 ? '' : ` Since the baseline: ${list(gains.map(changeWords))}.`
    sentences.push(`Within budget.${change}`)
  }
  if (!complete && !error) {
    sentences.push(
      report.findings.length > 0
        ? 'This run was cut short: the figures above were measured, the rest was not.'
        : 'This run was cut short before anything was measured.',
    )
  }
  return sentences
}

function changeWords({ id, delta }: Finding): string {
  return `${formatDelta(delta ?? 0)} ${id.replace(/^budget\//, '').replaceAll('-', ' ')}`
}

function footer(report: Report, width: number, pen: Pen): string[] {
  const left = pen.text(formatTally(report.summary))
  const right = formatDuration(report.durationMs)
  const space = width - visibleWidth(left) - visibleWidth(right)
  return space >= 2 ? [left + ' '.repeat(space) + right] : [...wrap(left, width), right]
}
