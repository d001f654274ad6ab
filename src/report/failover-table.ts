/** What the other tabs live through when the leading tab ends, with the coordinator and with a plain Web Lock. */

import { formatDuration } from '../evidence/duration.js'
import type { FailoverCase, Report } from '../evidence/report.js'
import { count } from '../evidence/words.js'
import { endings, present } from './failover-words.js'
import type { Pen } from './pen.js'
import { type Cell, type Column, formatTable } from './table.js'
import { wrap } from './wrap.js'

/**
 * The lines of the table, and below it what its cells leave out.
 *
 * @param report.complete false adds the cases that were not reached, as not measured
 */
export function formatFailover(
  cases: readonly FailoverCase[],
  report: Pick<Report, 'complete' | 'findings'>,
  width: number,
  pen: Pen,
): string[] {
  const caseOf = (event: string, leader: FailoverCase['leader']) =>
    cases.find((one) => one.event === event && one.leader === leader)
  const contrast = cases.some(({ leader }) => leader === 'web-lock')
  const quick = report.findings.some(({ id, state }) => id === 'failover/slow' && state === 'pass')

  const columns: Column[] = [
    { title: 'When the leading tab …' },
    { title: 'next event', align: 'right' },
    { title: 'slowest', align: 'right' },
    { title: 'lost', align: 'right' },
    { title: 'twice', align: 'right' },
  ]
  if (contrast) columns.push({ title: 'plain Web Lock' })

  const shown = endings.filter((event) => !report.complete || caseOf(event, 'coordinator') || caseOf(event, 'web-lock'))
  const rows = shown.map((event) => [
    { text: present[event] },
    ...coordinatorCells(caseOf(event, 'coordinator'), quick),
    ...(contrast ? [webLockCell(caseOf(event, 'web-lock'))] : []),
  ])
  return [...formatTable(columns, rows, width, pen), ...notes(cases, width, pen)]
}

function coordinatorCells(one: FailoverCase | undefined, quick: boolean): Cell[] {
  const none = { text: '' }
  if (!one || (one.medianMs === null && one.timedOut === 0)) {
    return [{ text: 'not measured', mark: 'unknown' }, none, none, none]
  }
  const amount = (value: number): Cell => ({ text: `${value}`, tone: value > 0 ? 'bad' : 'plain' })
  if (one.medianMs === null) return [{ text: silence(one), mark: 'fail' }, none, none, none]
  const failed = one.timedOut > 0 || one.lost > 0 || one.duplicated > 0
  const next: Cell = { text: formatDuration(one.medianMs) }
  // Whether a time is short enough is for the check to say; without its word there is no sign.
  if (failed) next.mark = 'fail'
  else if (quick) next.mark = 'pass'
  const slowest: Cell =
    one.timedOut > 0
      ? { text: one.waitMs === undefined ? 'silent' : `> ${formatDuration(one.waitMs)}`, tone: 'bad' }
      : { text: formatDuration(one.maxMs) }
  return [next, slowest, amount(one.lost), amount(one.duplicated)]
}

/** What a case without any event says. */
function silence({ waitMs }: FailoverCase): string {
  return waitMs === undefined ? 'silent' : `silent for ${formatDuration(waitMs)}`
}

function webLockCell(one: FailoverCase | undefined): Cell {
  if (!one) return { text: '' }
  if (one.medianMs === null) {
    return one.timedOut === 0 ? { text: 'not measured', mark: 'unknown' } : { text: silence(one), mark: 'fail' }
  }
  const text = one.lost > 0 ? `${formatDuration(one.medianMs)}, ${one.lost} lost` : formatDuration(one.medianMs)
  return one.timedOut > 0 || one.lost > 0 ? { text, mark: 'fail' } : { text }
}

function notes(cases: readonly FailoverCase[], width: number, pen: Pen): string[] {
  const coordinator = cases.filter(({ leader, medianMs }) => leader === 'coordinator' && medianMs !== null)
  const lines: string[] = []
  if (coordinator.length > 0) {
    const trials = [...new Set(coordinator.map((one) => one.trials))].sort((one, other) => one - other)
    const often = trials.length === 1 ? count(trials[0] ?? 0, 'trial') : `${trials[0]} to ${trials.at(-1)} trials`
    lines.push(`Next event: the median of ${often} each; lost, twice: the worst trial.`)
  }
  if (cases.some(({ timedOut, waitMs }) => timedOut > 0 && waitMs === undefined)) {
    lines.push('Silent: no event came within the wait.')
  }
  if (cases.some(({ kept, trials }) => kept !== undefined && kept < trials)) {
    lines.push('This browser did not keep every page that a link left: (bfcache) was an ordinary navigation there.')
  }
  return lines.flatMap((text) => wrap(pen.text(text), width, '  ')).map((line) => pen.paint('quiet', line))
}
