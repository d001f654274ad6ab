/** A budget in rows: what was measured, its limit, what it was before; below what exceeds it, the streams and who opened them. */

import { formatDuration } from '../evidence/duration.js'
import type { CountedStream, Finding } from '../evidence/report.js'
import { formatDelta, limitWord } from './finding-text.js'
import { markOf } from './findings.js'
import { type Pen, toneOf } from './pen.js'
import { fill, visibleWidth } from './visible-width.js'
import { wrap } from './wrap.js'

/** Whether a finding compares a figure with a budget, and so is a row. */
export function isBudgetRow({ id }: Finding): boolean {
  return id.startsWith('budget/')
}

/** The lines of all rows, in columns. */
export function formatBudgetRows(findings: readonly Finding[], width: number, pen: Pen): string[] {
  const rows = findings.map((finding) => ({
    finding,
    target: pen.text(shortTarget(finding.target)),
    title: titleOf(finding),
    actual: formatFigure(finding, finding.actual),
  }))
  const widest = (texts: readonly string[], most: number) => Math.min(most, Math.max(0, ...texts.map(visibleWidth)))
  const targets = widest(
    rows.map(({ target }) => target),
    28,
  )
  const titles = widest(
    rows.map(({ title }) => title),
    24,
  )
  const figures = widest(
    rows.map(({ actual }) => actual),
    8,
  )
  return rows.flatMap(({ finding, target, title, actual }) => {
    const mark = markOf(finding)
    const sign = ` ${pen.sign(mark)} `
    const left = `${fill(target, targets)}   ${fill(title, titles)}   ${fill(actual, figures)}   `
    const indent = ' '.repeat(sign.length)
    const line = `${left}${pen.text(compared(finding))}`.trimEnd()
    const lines = visibleWidth(line) + sign.length <= width ? [sign + line] : wrap(line, width, indent, sign)
    const painted = lines.map((text) => pen.paint(toneOf[mark], text))
    const reason =
      finding.state === 'unknown' && finding.reason !== null ? wrap(pen.text(finding.reason), width, '      ') : []
    const streams = finding.state === 'fail' ? formatStreams(finding.streams ?? [], width, pen) : []
    return [...painted, ...reason, ...streams]
  })
}

/** `limit 1 · baseline 1 · +1`. */
function compared(finding: Finding): string {
  const { limit, baseline, delta } = finding
  const parts: string[] = []
  if (limit !== null) parts.push(`${limitWord(finding)} ${formatFigure(finding, limit)}`)
  if (baseline !== null) parts.push(`baseline ${formatFigure(finding, baseline)}`)
  if (delta !== null) parts.push(formatDelta(Math.round(delta * 10) / 10))
  return parts.join(' · ')
}

function formatFigure({ id }: Finding, figure: number | null): string {
  if (figure === null) return '?'
  return id === 'budget/failover-time' ? formatDuration(figure) : `${figure}`
}

/** The most streams that are listed one by one. */
const mostStreams = 12

function formatStreams(streams: readonly CountedStream[], width: number, pen: Pen): string[] {
  // Behind a proxy nobody knows any place, which needs no saying at each stream.
  const elsewhere = streams.some(({ place }) => place) ? 'place unknown' : ''
  const all = alike(streams)
  const shown = all.slice(0, mostStreams).map(({ stream: { url, place, isNew }, amount }) => ({
    url: pen.text(`${shortTarget(url)}${amount > 1 ? ` ×${amount}` : ''}`),
    at: pen.text(place ? `${shortTarget(place.file)}:${place.line}` : elsewhere),
    name: pen.text(place?.function ?? ''),
    isNew,
  }))
  const urls = Math.min(30, Math.max(0, ...shown.map(({ url }) => visibleWidth(url))))
  const places = Math.min(34, Math.max(0, ...shown.map(({ at }) => visibleWidth(at))))
  const names = Math.min(20, Math.max(0, ...shown.map(({ name }) => visibleWidth(name))))
  const lines = shown.flatMap(({ url, at, name, isNew }) => {
    const text = `${fill(url, urls)}   ${fill(at, places)}   ${fill(name, names)}   ${isNew ? 'new' : ''}`.trimEnd()
    return visibleWidth(text) + 6 <= width ? [`      ${text}`] : wrap(text, width, '        ', '      ')
  })
  if (all.length > mostStreams) lines.push(`      and ${all.length - mostStreams} more`)
  return lines
}

/** Streams of one URL that the same line opened are said once. */
function alike(streams: readonly CountedStream[]): { stream: CountedStream; amount: number }[] {
  const groups = new Map<string, { stream: CountedStream; amount: number }>()
  for (const stream of streams) {
    const { url, place, isNew } = stream
    const key = JSON.stringify([url, place?.file, place?.line, place?.column, isNew])
    const group = groups.get(key)
    if (group) group.amount++
    else groups.set(key, { stream, amount: 1 })
  }
  return [...groups.values()]
}

/** `streams per tab`. */
function titleOf({ id }: Finding): string {
  const titles: Record<string, string> = {
    'budget/sockets-per-origin': 'connections per origin',
    'budget/tabs-before-stall': 'tabs that work',
    'budget/stalled-requests': 'requests that wait',
    'budget/failover-time': 'fail-over time',
  }
  return titles[id] ?? id.replace(/^budget\//, '').replaceAll('-', ' ')
}

/** Path and query of an address: which server it is stands above. */
function shortTarget(target: string | null): string {
  if (target === null) return 'this browser'
  if (!URL.canParse(target)) return target
  const { origin, pathname, search } = new URL(target)
  return pathname === '/' && search === '' && target === origin ? origin : pathname + search
}
