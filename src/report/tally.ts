/** What all reporters say alike: which findings count as failures of the run, and the verdict in one line. */
import type { Finding, Report } from '../evidence/report.js'
import { count } from '../evidence/words.js'

const severities: readonly Finding['severity'][] = ['info', 'warning', 'error']

/** The findings that failed, the worst first; among equals in the order of the report. */
export function failuresOf({ findings }: Report): Finding[] {
  return findings
    .filter(({ state }) => state === 'fail')
    .toSorted((one, other) => severities.indexOf(other.severity) - severities.indexOf(one.severity))
}

/** Whether a finding is one of those for which the run ends with 1. */
export function failsTheRun({ failOn = 'error' }: Report, { state, severity }: Finding): boolean {
  return state === 'fail' && severities.indexOf(severity) >= severities.indexOf(failOn)
}

/** `2 errors · 1 warning · 19 passed`; in each part what there is none of is left out. */
export function formatTally({ passed, failed, skipped, unknown, errors, warnings }: Report['summary']): string {
  const notes = failed - errors - warnings
  const parts = [
    errors > 0 ? count(errors, 'error') : '',
    warnings > 0 ? count(warnings, 'warning') : '',
    notes > 0 ? count(notes, 'note') : '',
    passed > 0 ? `${passed} passed` : '',
    skipped > 0 ? `${skipped} skipped` : '',
    unknown > 0 ? `${unknown} unknown` : '',
  ].filter((part) => part !== '')
  return parts.length > 0 ? parts.join(' · ') : 'nothing judged'
}

/** How the run went, in a sentence that stands alone. */
export function formatVerdict(report: Report): string {
  const { summary, run } = report
  if (report.error) return `Could not run: ${report.error.message}`
  if (run && run.exitCode !== 0) return `The command failed with exit code ${run.exitCode}.`
  const short = report.complete ? '' : ' This run was cut short.'
  if (summary.failed > 0) return `${sentence(formatTally({ ...summary, passed: 0, skipped: 0, unknown: 0 }))}${short}`
  if (!report.complete) return 'Cut short: no fault in what was measured.'
  if (summary.unknown > 0) return `No fault found; ${count(summary.unknown, 'check')} could not be judged.`
  if (summary.passed === 0) return 'Nothing was judged.'
  if (report.command === 'check') return 'Within budget.'
  return summary.passed === 1 ? 'One check passed.' : `All ${summary.passed} checks passed.`
}

function sentence(text: string): string {
  return `${text}.`
}
