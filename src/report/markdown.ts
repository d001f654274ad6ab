/**
 * The report as Markdown, for pull requests and the summary of a build. Never longer than 60,000 characters, which is what
 * comments and summaries take: what does not fit is left out from the end, and said.
 */

import { formatDuration } from '../evidence/duration.js'
import { connectionsPerOrigin } from '../evidence/ledger.js'
import type { FailoverCase, Finding, Report, StallSide } from '../evidence/report.js'
import { isBudgetRow } from './budget-rows.js'
import { present } from './failover-words.js'
import { formatDelta, formatPlace } from './finding-text.js'
import { formatSlots } from './slots.js'
import { failuresOf, formatTally, formatVerdict } from './tally.js'

/** The bound on the whole text. */
const mostCharacters = 60_000
/** One finding with a page of snippets must not push out all the others. */
const mostOfOne = 6_000

const signs: Record<Finding['state'], string> = { pass: '✅', fail: '❌', skip: '➖', unknown: '❔' }

/** Headings, tables and code blocks as GitHub and GitLab read them; ends in a line break. */
export function renderMarkdown(report: Report): string {
  const blocks = [
    heading(report),
    ...errorBlock(report),
    ...figuresTable(report.findings),
    ...stallTable(report),
    ...failoverTable(report.experiments.failover ?? []),
    ...failuresOf(report).map(failureBlock),
    ...otherFindings(report.findings),
    `<sub>${plain(`${report.tool.name} ${report.tool.version} · ${formatTally(report.summary)} · ${formatDuration(report.durationMs)}`)}</sub>`,
  ]
  return keepWithin(blocks)
}

/** As many blocks, from the first on, as there is room for. */
function keepWithin(blocks: readonly string[]): string {
  const notice = '\n\n… The rest was left out for want of room: `--reporter json=FILE` holds all of it.\n'
  let text = ''
  for (const block of blocks) {
    const piece = text === '' ? block : `\n\n${block}`
    if (text.length + piece.length + notice.length > mostCharacters) return `${text}${notice}`
    text += piece
  }
  return `${text}\n`
}

function heading(report: Report): string {
  const { browser } = report.environment
  const sign = report.exitCode === 0 ? '✅' : '❌'
  const about = [
    ...(browser ? [`${browser.name} ${browser.version.split('.')[0]}`] : []),
    ...report.targets.slice(0, 20),
    ...(report.targets.length > 20 ? [`and ${report.targets.length - 20} more`] : []),
  ]
  const lines = [`## ${sign} ${report.tool.name} ${report.command}: ${plain(clip(formatVerdict(report), 600))}`]
  if (about.length > 0) lines.push('', about.map((part) => plain(clip(part, 300))).join(' · '))
  return lines.join('\n')
}

function errorBlock({ error }: Report): string[] {
  if (!error || error.hint === null) return []
  return [codeBlock(clip(error.hint, mostOfOne))]
}

/** The figures of a budget with limit and baseline; other checks have their words below. */
function figuresTable(findings: readonly Finding[]): string[] {
  const compared = findings.filter((one) => isBudgetRow(one) && one.actual !== null && one.limit !== null)
  if (compared.length === 0) return []
  const value = (figure: number | null) => (figure === null ? '' : `${figure}`)
  const rows = compared.slice(0, 100).map(({ state, id, target, actual, limit, limitIs, baseline, delta }) => {
    const bound = limitIs === 'least' ? `≥ ${value(limit)}` : value(limit)
    const cells = [value(actual), bound, value(baseline), delta === null ? '' : formatDelta(delta)]
    return `| ${signs[state]} | ${cell(id)} | ${cell(target ?? '')} | ${cells.join(' | ')} |`
  })
  return [['|   | rule | page | actual | limit | baseline | Δ |', '|---|---|---|--:|--:|--:|--:|', ...rows].join('\n')]
}

function stallTable({ experiments }: Report): string[] {
  const { stall } = experiments
  if (!stall) return []
  const row = (name: string, words: (side: StallSide) => string) =>
    `| ${name} | ${words(stall.native)} | ${words(stall.coordinator)} |`
  return [
    [
      `| ${stall.tabs} tabs on one server | plain EventSource | with the coordinator |`,
      '|---|---|---|',
      row('streams open', ({ streamsOpen }) => `${streamsOpen}`),
      row('waiting for a connection', ({ streamsWaiting }) => `${streamsWaiting}`),
      row('connections in use', ({ sockets }) => formatSlots(sockets, connectionsPerOrigin, { unicode: true })),
      row('tabs that receive events', ({ tabsReceiving }) => `${tabsReceiving} of ${stall.tabs}`),
      row('a fetch from one of the tabs', ({ fetch }) =>
        fetch.answered ? formatDuration(fetch.waitedMs) : `no answer in ${formatDuration(fetch.waitedMs)}`,
      ),
      row('one more tab', ({ newTab }) =>
        newTab.loaded
          ? `loads in ${formatDuration(newTab.waitedMs)}`
          : `not loaded in ${formatDuration(newTab.waitedMs)}`,
      ),
    ].join('\n'),
  ]
}

function failoverTable(cases: readonly FailoverCase[]): string[] {
  if (cases.length === 0) return []
  const rows = cases.map(({ event, leader, medianMs, lost, duplicated, timedOut, waitMs }) => {
    const silent = waitMs === undefined ? 'silent' : `silent for ${formatDuration(waitMs)}`
    const next = medianMs === null ? (timedOut > 0 ? silent : 'not measured') : formatDuration(medianMs)
    const figures = medianMs === null ? ' | ' : `${lost} | ${duplicated}`
    return `| ${present[event]} | ${leader === 'coordinator' ? 'coordinator' : 'plain Web Lock'} | ${next} | ${figures} |`
  })
  return [
    ['| When the leading tab … | led by | next event | lost | twice |', '|---|---|--:|--:|--:|', ...rows].join('\n'),
  ]
}

function failureBlock(finding: Finding): string {
  const { id, severity, target, measured, expected, why, locations, fixes } = finding
  const lines = [
    `### ${severity === 'error' ? '❌' : '⚠️'} ${plain(id)}${target === null ? '' : ` · ${plain(clip(target, 300))}`}`,
    '',
  ]
  if (measured !== null) lines.push(`- **measured** ${plain(clip(measured, 1000))}`)
  if (expected !== null) lines.push(`- **expected** ${plain(clip(expected, 1000))}`)
  for (const place of locations.slice(0, 20)) lines.push(`- **at** ${code(clip(formatPlace(place), 300))}`)
  if (locations.length > 20) lines.push(`- and ${locations.length - 20} more places`)
  if (why !== null) lines.push(`- **why** ${plain(clip(why, 1000))}`)
  const room = () => mostOfOne - lines.join('\n').length
  for (const { stack, snippet } of fixes) {
    if (room() < snippet.length + stack.length + 40) break
    lines.push('', `Fix: ${plain(stack)}`, '', codeBlock(snippet))
  }
  lines.push('', `More: ${code(`sse-coord explain ${id}`)}`)
  return lines.join('\n')
}

function otherFindings(findings: readonly Finding[]): string[] {
  const rows = findings
    .filter(({ state }) => state !== 'fail')
    .map(({ id, state, target, reason }) => {
      const words = [id, ...(target === null ? [] : [clip(target, 200)])].map(plain).join(' · ')
      return `- ${signs[state]} ${words}${reason === null ? '' : `: ${plain(clip(reason, 400))}`}`
    })
  if (rows.length === 0) return []
  const shown = rows.slice(0, 80)
  if (rows.length > shown.length) shown.push(`- and ${rows.length - shown.length} more`)
  return [
    ['<details><summary>What passed, and what was not judged</summary>', '', ...shown, '', '</details>'].join('\n'),
  ]
}

/** Text that stays text: neither markup, nor a link, nor a mention of somebody. */
function plain(text: string): string {
  return oneLine(text)
    .replace(/[\\`*_[\]#|~]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/@(?=\w)/g, '@\u200b')
}

/** Inside a table, where an address may well hold a bar. */
function cell(text: string): string {
  return plain(clip(text, 200))
}

function code(text: string): string {
  const plain = oneLine(text)
  const fence = '`'.repeat(Math.max(0, ...[...plain.matchAll(/`+/g)].map(([run]) => run.length)) + 1)
  const gap = fence.length > 1 ? ' ' : ''
  return `${fence}${gap}${plain}${gap}${fence}`
}

function codeBlock(text: string): string {
  const fence = '`'.repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)))
  const body = text.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, ' ')
  return `${fence}\n${body.replace(/\n+$/, '')}\n${fence}`
}

function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ')
}

function clip(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`
}
