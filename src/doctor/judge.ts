/** Judges evidence: every check, one finding each. Pure, so that saved evidence gives the same findings again. */
import type { Evidence } from '../evidence/evidence.js'
import type { Finding, Report } from '../evidence/report.js'
import type { StreamEvidence } from '../evidence/stream.js'
import type { Check, StreamCheck, Verdict } from './check.js'
import { checks } from './checks/index.js'

export function judge(evidence: Evidence): Finding[] {
  return checks.map((check) => toFinding(check, check.judge(evidence)))
}

/** Judges one stream, in the order of the checks. */
export function judgeStream(stream: StreamEvidence, streamChecks: readonly StreamCheck[]): Finding[] {
  return streamChecks.map((check) => toFinding(check, check.judge(stream), stream.url))
}

/** Counts findings by state, and the failures by severity. */
export function summarise(findings: Finding[]): Report['summary'] {
  const count = (state: Finding['state']) => findings.filter((finding) => finding.state === state).length
  const failures = (severity: Finding['severity']) =>
    findings.filter((finding) => finding.state === 'fail' && finding.severity === severity).length
  return {
    passed: count('pass'),
    failed: count('fail'),
    skipped: count('skip'),
    unknown: count('unknown'),
    errors: failures('error'),
    warnings: failures('warning'),
  }
}

/** What a check said, as the report has it. */
export function toFinding(
  check: Pick<Check, 'id' | 'severity'>,
  verdict: Verdict,
  target: string | null = null,
): Finding {
  const judged = verdict.state === 'pass' || verdict.state === 'fail' ? verdict : undefined
  return {
    id: check.id,
    state: verdict.state,
    severity: (verdict.state === 'fail' ? verdict.severity : undefined) ?? check.severity,
    target,
    reason: verdict.state === 'skip' || verdict.state === 'unknown' ? verdict.reason : null,
    measured: judged?.measured ?? null,
    expected: judged?.expected ?? null,
    why: verdict.state === 'fail' ? verdict.why : null,
    fixes: verdict.state === 'fail' ? verdict.fixes : [],
    docs: `docs/checks/${check.id.replace('/', '-')}.md`,
    locations: [],
    limit: judged?.limit ?? null,
    actual: judged?.actual ?? null,
    baseline: null,
    delta: null,
    ...(judged?.limitIs && { limitIs: judged.limitIs }),
    ...(verdict.state === 'fail' && verdict.timelines && { timelines: verdict.timelines }),
  }
}
