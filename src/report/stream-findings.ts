/** The findings of one stream by area, a line or two each. What passed in a sound area is only counted. */
import type { Finding, Report } from '../evidence/report.js'
import { count } from '../evidence/words.js'
import { areaTitle } from './areas.js'
import { markOf } from './findings.js'
import { type Pen, toneOf } from './pen.js'
import { formatTimeline } from './timeline.js'
import { wrap } from './wrap.js'

export function formatStreamFindings(findings: readonly Finding[], width: number, pen: Pen): string[] {
  const titles = [...new Set(findings.map(({ id }) => areaTitle(id)))]
  const lines: string[] = []
  const shown = findings.filter(({ id }) => !isSound(inArea(findings, areaTitle(id))))
  const idWidth = Math.max(0, ...shown.filter(({ state }) => state !== 'skip').map(({ id }) => id.length)) + 2
  let passedElsewhere = 0
  for (const title of titles) {
    const area = inArea(findings, title)
    if (isSound(area)) passedElsewhere += area.length
    else lines.push(pen.paint('strong', title), ...area.flatMap((one) => formatFinding(one, idWidth, width, pen)))
  }
  if (passedElsewhere > 0 && lines.length > 0) {
    lines.push(pen.paint('good', `${pen.sign('pass')} ${passedElsewhere} more passed`))
  }
  return lines
}

/** What was judged, one way or the other. */
function inArea(findings: readonly Finding[], title: string): Finding[] {
  return findings.filter(({ id, state }) => areaTitle(id) === title && state !== 'skip')
}

function isSound(findings: readonly Finding[]): boolean {
  return findings.every(({ state }) => state === 'pass' || state === 'skip')
}

/** From so many on they speak for the stream as a whole. */
const manyChecks = 10

/** The one good sentence; `undefined` where something is to be said of this stream. */
export function praise(findings: readonly Finding[], complete: boolean, pen: Pen): string | undefined {
  const passed = findings.filter(({ state }) => state === 'pass').length
  if (!complete || !isSound(findings) || passed === 0) return undefined
  const words = `${count(passed, 'check')} passed.${passed >= manyChecks ? ' Nothing holds this stream back.' : ''}`
  return pen.paint('good', `${pen.sign('pass')} ${pen.text(words)}`)
}

function formatFinding(finding: Finding, idWidth: number, width: number, pen: Pen): string[] {
  const { id, state, measured, reason, locations, timelines = [] } = finding
  const mark = markOf(finding)
  const first = ` ${pen.sign(mark)} ${id.padEnd(idWidth)}`
  const text = pen.text((state === 'unknown' ? reason : measured) ?? '')
  const lines = wrap(text, width, ' '.repeat(first.length), first)
  const under = ' '.repeat(pen.signWidth + 4)
  return [
    ...lines.map((line) => pen.paint(toneOf[mark], line.slice(0, first.length)) + line.slice(first.length)),
    ...locations.flatMap(({ file, line, column, function: name }) =>
      wrap(pen.text(`at ${file}:${line}:${column} ${name ?? ''}`.trimEnd()), width, `${under}   `, under),
    ),
    ...timelines.map((one) => pen.paint('quiet', under + formatTimeline(one, width - under.length, pen))),
  ]
}

/** Failures that are worth a fix, most harmful first: errors before warnings, each in the order of the report. */
export function mostHarmful(findings: readonly Finding[]): Finding[] {
  const failed = (severity: Finding['severity']) =>
    findings.filter((finding) => finding.state === 'fail' && finding.severity === severity)
  return [...failed('error'), ...failed('warning')]
}

export type StreamReport = Report & { streams: NonNullable<Report['streams']> }

export function isStreamReport(report: Report): report is StreamReport {
  return report.streams !== undefined && report.streams.length > 0
}
