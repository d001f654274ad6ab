/**
 * The report as SARIF 2.1.0, for code scanning: one result per failure, at the lines of source that it names. What could
 * not be judged is a notification of the run, since code scanning shows every result as an alert.
 */
import { createHash } from 'node:crypto'
import type { Finding, Report } from '../evidence/report.js'
import { describe, headline } from './finding-text.js'
import { jsonText } from './json-text.js'
import { failuresOf } from './tally.js'

const levels: Record<Finding['severity'], 'error' | 'warning' | 'note'> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
}

/** One JSON document, indented by two, that ends in a line break. */
export function renderSarif(report: Report): string {
  const failures = failuresOf(report)
  const ids = [...new Set(report.findings.map(({ id }) => id))]
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: report.tool.name,
            version: report.tool.version,
            semanticVersion: report.tool.version,
            rules: ids.map((id) => ruleFor(id, report.findings)),
          },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [invocationOf(report)],
        results: failures.map((finding) => resultOf(finding, ids)),
        properties: { targets: report.targets, summary: report.summary },
      },
    ],
  }
  return `${jsonText(log, null, 2)}\n`
}

function ruleFor(id: string, findings: readonly Finding[]): object {
  const one = findings.find((finding) => finding.id === id)
  const docs = one?.docs ?? ''
  const severity = one?.severity ?? 'error'
  return {
    id,
    name: id.replace(/(?:^|[/-])([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: id },
    help: { text: `${docs} in the package; sse-coord explain ${id} prints it.` },
    defaultConfiguration: { level: levels[severity] },
  }
}

function invocationOf(report: Report): object {
  const { error, run } = report
  const began = Date.parse(report.startedAt)
  const unjudged = report.findings.filter(({ state }) => state === 'unknown' || state === 'skip')
  return {
    executionSuccessful: report.complete && !error,
    exitCode: report.exitCode,
    startTimeUtc: report.startedAt,
    ...(Number.isNaN(began) ? {} : { endTimeUtc: new Date(began + report.durationMs).toISOString() }),
    toolExecutionNotifications: [
      ...(error ? [{ level: 'error', message: { text: [error.message, error.hint ?? ''].join('\n').trim() } }] : []),
      ...(run && run.exitCode !== 0
        ? [{ level: 'error', message: { text: `${run.command} ended with exit code ${run.exitCode}.` } }]
        : []),
      ...unjudged.map((finding) => ({
        level: finding.state === 'unknown' ? 'warning' : 'none',
        associatedRule: { id: finding.id },
        message: { text: `${finding.id}: ${finding.state}: ${finding.reason ?? ''}`.trim() },
      })),
    ],
  }
}

function resultOf(finding: Finding, ids: readonly string[]): object {
  const { id, severity, target, limit, limitIs, actual, baseline, delta } = finding
  return {
    ruleId: id,
    ruleIndex: ids.indexOf(id),
    level: levels[severity],
    kind: 'fail',
    message: { text: [headline(finding), ...describe(finding)].join('\n') },
    locations: locationsOf(finding),
    partialFingerprints: { 'sseCoord/v1': fingerprint(finding) },
    properties: { target, limit, ...(limitIs && { limitIs }), actual, baseline, delta },
  }
}

/** The lines of source; where none is known the page, so that the alert stands somewhere. */
function locationsOf({ locations, target }: Finding): object[] {
  if (locations.length === 0)
    return target === null ? [] : [{ physicalLocation: { artifactLocation: artifact(target) } }]
  return locations.map(({ file, line, column, function: name }) => ({
    physicalLocation: {
      artifactLocation: artifact(file),
      region: { startLine: Math.max(1, line), startColumn: Math.max(1, column) },
    },
    ...(name === null ? {} : { logicalLocations: [{ name, kind: 'function' }] }),
  }))
}

/** A path is relative to the root of the source; an address stands for itself. */
function artifact(name: string): object {
  const file = name.replace(/[\ud800-\udfff]/gu, '\ufffd')
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(file)) return { uri: encodeURI(file) }
  const uri = encodeURI(file.replaceAll('\\', '/').replace(/^\.\//, '')).replace(/[?#]/g, encodeURIComponent)
  return uri.startsWith('/') ? { uri: `file://${uri}` } : { uri, uriBaseId: '%SRCROOT%' }
}

/** Stays the same when lines move, so that an alert is not closed and opened anew. */
function fingerprint({ id, target, locations }: Finding): string {
  const place = locations.map(({ file, function: name }) => [file, name])
  return createHash('sha256')
    .update(JSON.stringify([id, target, place]))
    .digest('hex')
    .slice(0, 32)
}
