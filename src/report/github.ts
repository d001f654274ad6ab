/**
 * The failures as annotations of GitHub Actions: workflow commands, one a line, that put each finding at the line of source
 * which caused it.
 */
import type { Finding, Report } from '../evidence/report.js'
import { formatFigures, formatPlace, headline } from './finding-text.js'
import { failuresOf } from './tally.js'

const commands: Record<Finding['severity'], string> = { error: 'error', warning: 'warning', info: 'notice' }

/** Empty where there is nothing to say. GitHub shows ten errors and ten warnings of a step; the worst come first. */
export function renderGithub(report: Report): string {
  const { error, run } = report
  const lines = [
    ...(error ? [command('error', { title: 'sse-coord could not run' }, [error.message, error.hint ?? ''])] : []),
    ...(run && run.exitCode !== 0
      ? [command('error', { title: 'The command failed' }, [`${run.command}: exit code ${run.exitCode}`])]
      : []),
    ...failuresOf(report).flatMap(annotate),
    ...report.findings
      .filter(({ state }) => state === 'unknown')
      .map(({ id, reason }) => command('notice', { title: `${id}: unknown` }, [reason ?? ''])),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

function annotate(finding: Finding): string[] {
  const { id, severity, target, why, locations } = finding
  const title = target === null ? id : `${id} · ${target}`
  const fix = finding.fixes[0]
  const text = [
    headline(finding),
    formatFigures(finding),
    ...locations.map((place) => `at ${formatPlace(place)}`),
    why ?? '',
    fix ? `Fix (${fix.stack}): ${fix.snippet}` : '',
    `More: sse-coord explain ${id}`,
  ]
  // An address is no file of the repository: GitHub would drop the annotation's place, and the words say it anyway.
  const places = locations.filter(({ file }) => !/^[a-z][a-z0-9+.-]+:/i.test(file))
  if (places.length === 0) return [command(commands[severity], { title }, text)]
  return places.map(({ file, line, column }) =>
    command(commands[severity], { file: file.replaceAll('\\', '/'), line: `${line}`, col: `${column}`, title }, text),
  )
}

function command(name: string, properties: Record<string, string>, lines: readonly string[]): string {
  const list = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(value)}`)
  return `::${name} ${list.join(',')}::${escapeData(lines.filter((line) => line !== '').join('\n'))}`
}

/** As the runner reads it back: percent sign first, then line breaks. */
function escapeData(text: string): string {
  return readable(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}

function readable(text: string): string {
  return text.replace(/[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029]/g, ' ')
}
