/** A finding in words, as the reporters for machines carry it: what a person reads in the end. */
import type { Finding } from '../evidence/report.js'

/** What was measured against what was expected, in one line; the id where a finding says neither. */
export function headline({ id, measured, expected }: Finding): string {
  if (measured !== null && expected !== null) return `${measured}; expected ${expected}`
  return measured ?? (expected === null ? id : `expected ${expected}`)
}

/** `src/live.ts:31:5 startLive`. */
export function formatPlace({ file, line, column, function: name }: Finding['locations'][number]): string {
  return `${file}:${line}:${column}${name === null ? '' : ` ${name}`}`
}

/** `actual 2 · limit 1 · baseline 1 · +1`; empty where a finding compares no figures. */
export function formatFigures(finding: Finding): string {
  const { limit, actual, baseline, delta } = finding
  if (actual === null) return ''
  const parts = [`actual ${actual}`]
  if (limit !== null) parts.push(`${limitWord(finding)} ${limit}`)
  if (baseline !== null) parts.push(`baseline ${baseline}`)
  if (delta !== null) parts.push(formatDelta(delta))
  return parts.join(' · ')
}

/** What stands before the limit: most often it is the most that is allowed. */
export function limitWord({ limitIs }: Pick<Finding, 'limitIs'>): string {
  return limitIs === 'least' ? 'at least' : 'limit'
}

/** `+1`, `−2`, `±0`. */
export function formatDelta(delta: number): string {
  if (delta === 0) return '±0'
  return delta > 0 ? `+${delta}` : `−${-delta}`
}

/** Everything that a finding says, in lines. */
export function describe(finding: Finding): string[] {
  const { id, target, measured, expected, why, reason, locations, fixes } = finding
  const figures = formatFigures(finding)
  return [
    ...(target === null ? [] : [`target: ${target}`]),
    ...(reason === null ? [] : [`reason: ${reason}`]),
    ...(measured === null ? [] : [`measured: ${measured}`]),
    ...(expected === null ? [] : [`expected: ${expected}`]),
    ...(figures === '' ? [] : [figures]),
    ...locations.map((place) => `at ${formatPlace(place)}`),
    ...(why === null ? [] : [why]),
    ...fixes.flatMap(({ stack, snippet }) => [`fix (${stack}):`, snippet.replace(/\n+$/, '')]),
    `more: sse-coord explain ${id}`,
  ]
}
