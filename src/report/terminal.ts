/** The report for people at a terminal: 80 columns at most, readable without colour. */
import { formatDuration } from '../evidence/duration.js'
import type { Report } from '../evidence/report.js'
import { formatCheck } from './check-screen.js'
import { conclude } from './conclusion.js'
import { formatFailover } from './failover-table.js'
import { formatFindings } from './findings.js'
import { formatFixes } from './fix-first.js'
import { createPen, type Pen } from './pen.js'
import { formatStall } from './stall-table.js'
import { formatStreamFindings, isStreamReport, mostHarmful, praise, type StreamReport } from './stream-findings.js'
import { formatStreamHead } from './stream-head.js'
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
  const blocks = blocksOf(report, width, pen)
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`
}

function blocksOf(report: Report, width: number, pen: Pen): string[][] {
  if (report.command === 'check') {
    return formatCheck(report, width, pen, report.error ? formatError(report.error, width, pen) : [])
  }
  return isStreamReport(report) ? streamBlocks(report, width, pen) : selfTestBlocks(report, width, pen)
}

/** What each stream is and what was found of it; then what to do, for all of them together. */
function streamBlocks(report: StreamReport, width: number, pen: Pen): string[][] {
  const perStream = report.streams.flatMap((stream) => {
    const findings = report.findings.filter(({ target }) => target === stream.url)
    const praised = praise(findings, report.complete, pen)
    const lines = praised === undefined ? formatStreamFindings(findings, width, pen) : [praised]
    return [formatStreamHead(stream, width, pen), lines]
  })
  return [
    ...perStream,
    report.error ? formatError(report.error, width, pen) : [],
    ...pageBlocks(report, width, pen),
    formatFixes(mostHarmful(report.findings), width, pen),
    report.complete || report.error
      ? []
      : wrap(pen.text('This run was cut short: what was not measured is unknown.'), width),
    formatFooter(report, width, pen),
  ]
}

/** The page that was looked at in the same run; its fixes stand among those of the streams. */
function pageBlocks({ findings, streams }: StreamReport, width: number, pen: Pen): string[][] {
  const ofPage = findings.filter(({ target }) => !streams.some(({ url }) => url === target))
  const page = ofPage[0]?.target
  if (page === undefined) return []
  const head = wrap(pen.text(`${page}, in real tabs`), width).map((line) => pen.paint('strong', line))
  return [head, formatStreamFindings(ofPage, width, pen)]
}

function selfTestBlocks(report: Report, width: number, pen: Pen): string[][] {
  const { failover } = report.experiments
  const stall = report.experiments.stall ?? report.experiments.stallCutShort
  const prose = (text: string) => wrap(pen.text(text), width)
  const closing = [...conclude(report).flatMap(prose), ...nextStep(report).flatMap(prose)]
  return [
    formatHeader(report, width, pen),
    stall ? formatStall(stall, width, pen) : [],
    failover && failover.length > 0 ? formatFailover(failover, report, width, pen) : [],
    ...formatFindings(report.findings, width, pen),
    report.error ? formatError(report.error, width, pen) : [],
    closing,
    formatFooter(report, width, pen),
  ]
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
  return [
    'Next: npx sse-coord doctor URL looks at a stream of yours.',
    "Then: import { SharedEventSource } from 'sse-coord/coordinator'",
  ]
}

function formatFooter(report: Report, width: number, pen: Pen): string[] {
  const left = pen.text(formatTally(report.summary))
  const right = formatDuration(report.durationMs)
  const space = width - visibleWidth(left) - visibleWidth(right)
  return space >= 2 ? [left + ' '.repeat(space) + right] : [...wrap(left, width), right]
}
