/** The report for people at a terminal: 80 columns at most, readable without colour. */
import type { Report } from '../evidence/report.js'
import { formatCheck } from './check-screen.js'
import { conclude } from './conclusion.js'
import { formatDuration } from './duration.js'
import { formatFailover } from './failover-table.js'
import { formatFindings } from './findings.js'
import { createPen, type Pen } from './pen.js'
import { formatStall } from './stall-table.js'
import { formatTally } from './tally.js'
import { visibleWidth } from './visible-width.js'
import { wrap } from './wrap.js'

export interface TerminalOptions {
  /** Colour codes, off by default. */
  color?: boolean
  /** Signs beyond ASCII, on by default. */
  unicode?: boolean
  /** Columns of the screen, 80 by default. More than 80 are not used, fewer than 20 not obeyed. */
  width?: number
}

const widest = 80
const narrowest = 20

/** The whole report as text that ends in a line break. */
export function renderTerminal(report: Report, options: TerminalOptions = {}): string {
  const width = Math.max(narrowest, Math.min(options.width ?? widest, widest))
  const pen = createPen({ color: options.color ?? false, unicode: options.unicode ?? true })
  const { failover } = report.experiments
  const stall = report.experiments.stall ?? report.experiments.stallCutShort
  const prose = (text: string) => wrap(pen.text(text), width)
  const closing = [...conclude(report).flatMap(prose), ...nextStep(report).flatMap(prose)]
  const error = report.error ? formatError(report.error, width, pen) : []
  if (report.command === 'check') return join(formatCheck(report, width, pen, error))
  const blocks = [
    formatHeader(report, width, pen),
    stall ? formatStall(stall, width, pen) : [],
    failover && failover.length > 0 ? formatFailover(failover, report, width, pen) : [],
    ...formatFindings(report.findings, width, pen),
    error,
    closing,
    formatFooter(report, width, pen),
  ]
  return join(blocks)
}

/** Blocks with a line between each. */
function join(blocks: readonly string[][]): string {
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`
}

function formatHeader(report: Report, width: number, pen: Pen): string[] {
  const { browser } = report.environment
  const parts = [`${report.tool.name} ${report.tool.version}`]
  if (browser) parts.push(`${browser.name} ${browser.version.split('.')[0]}`)
  parts.push(...report.targets)
  if (!report.complete) parts.push('cut short')
  return wrap(pen.text(parts.join(' · ')), width).map((line) => pen.paint('strong', line))
}

function formatError({ message, hint }: NonNullable<Report['error']>, width: number, pen: Pen): string[] {
  const sign = pen.sign('fail')
  const indent = ' '.repeat(sign.length + 1)
  return [
    ...wrap(pen.text(message), width, indent, `${sign} `).map((line) => pen.paint('bad', line)),
    // A hint may be a command to paste: line by line, as it was written.
    ...(hint === null ? [] : hint.split('\n').flatMap((line) => wrap(pen.text(line), width, indent))),
  ]
}

/** What to do with a good result. A bad one has its fixes above. */
function nextStep(report: Report): string[] {
  const { stall, failover } = report.experiments
  const well = report.complete && !report.error && report.exitCode === 0 && report.summary.failed === 0
  if (report.command !== 'doctor' || report.targets.length > 0 || !well || !(stall || failover)) return []
  return ["Next: import { SharedEventSource } from 'sse-coord/coordinator'"]
}

function formatFooter(report: Report, width: number, pen: Pen): string[] {
  const left = pen.text(formatTally(report.summary))
  const right = formatDuration(report.durationMs)
  const space = width - visibleWidth(left) - visibleWidth(right)
  return space >= 2 ? [left + ' '.repeat(space) + right] : [...wrap(left, width), right]
}
