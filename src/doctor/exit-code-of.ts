/** The exit code of a run of the doctor. */
import type { SseCoordError } from '../error.js'
import type { Evidence } from '../evidence/evidence.js'
import type { Finding } from '../evidence/report.js'

const severities: readonly Finding['severity'][] = ['info', 'warning', 'error']

export function exitCodeOf(
  failOn: Finding['severity'],
  evidence: Evidence,
  findings: Finding[],
  error: SseCoordError | undefined,
): number {
  if (error) return 2
  if (!evidence.complete) return 130
  const least = severities.indexOf(failOn)
  return findings.some(({ state, severity }) => state === 'fail' && severities.indexOf(severity) >= least) ? 1 : 0
}
