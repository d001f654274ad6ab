/** What a run comes to, in one number. */
import type { Finding, Report } from '../evidence/report.js'

const severities: readonly Finding['severity'][] = ['info', 'warning', 'error']

/** 0 for nothing at or above `failOn`, 1 for findings, 2 where it could not go on, 130 where it was cut short. */
export function exitCodeOf({
  failOn,
  complete,
  findings,
  failed,
}: {
  failOn: Finding['severity']
  complete: boolean
  findings: readonly Finding[]
  failed: boolean
}): Report['exitCode'] {
  if (failed) return 2
  if (!complete) return 130
  const least = severities.indexOf(failOn)
  return findings.some(({ state, severity }) => state === 'fail' && severities.indexOf(severity) >= least) ? 1 : 0
}
