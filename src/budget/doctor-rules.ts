/** The rules that the doctor judges: its checks by id, and what a hand-over of the leading tab takes and loses. */

import type { CheckLevel } from '../config/config.js'
import { nearest } from '../config/nearest.js'
import type { Budget } from '../config/settings.js'
import { type DiagnoseOptions, diagnose, readPages } from '../doctor/index.js'
import { SseCoordError } from '../error.js'
import type { FailoverCase, Finding, Report } from '../evidence/report.js'
import type { Figure } from './figure.js'
import type { CheckPlan } from './plan.js'

/** What the doctor’s part of a run came to. */
export interface DoctorPart {
  figures: Figure[]
  findings: Finding[]
  report: Report | null
}

/** Areas of checks that need a page, where the others need a stream. */
const pageAreas = /^(tabs|client|worker)\//

const selfTest = ['tabs/stall', 'browser/no-stall', 'failover/slow', 'failover/lossy']

/** @throws SseCoordError `bad-config` for a check that does not exist, with the one that was probably meant. */
export async function expectKnownChecks({ checks = {} }: Budget): Promise<void> {
  const ids = Object.keys(checks)
  if (ids.length === 0) return
  // Rules of the budget have pages as well, but are no checks.
  const known = (await readPages()).map(({ id }) => id).filter((id) => !id.startsWith('budget/'))
  const stray = ids.find((id) => !known.includes(id))
  if (stray === undefined) return
  const near = nearest(stray, known)
  throw new SseCoordError(
    'bad-config',
    `There is no check ${stray}${near === undefined ? '.' : `: did you mean ${near}?`}`,
    {
      hint: 'sse-coord explain lists them all.',
    },
  )
}

/** Runs the doctor for the rules that need it; does nothing where none does. */
export async function measureWithDoctor(plan: CheckPlan): Promise<DoctorPart> {
  const { budget, settings } = plan
  const wanted = Object.entries(budget.checks ?? {}).filter(([, level]) => level !== 'off')
  const ids = wanted.map(([id]) => id)
  const hasFailover = isSet(budget.failoverTime) || isSet(budget.lostEvents)
  const parts: ('tabs' | 'failover')[] = []
  if (ids.some((id) => id === 'tabs/stall' || id === 'browser/no-stall')) parts.push('tabs')
  if (hasFailover || ids.some((id) => id.startsWith('failover/'))) parts.push('failover')
  const ofPages = ids.filter((id) => !selfTest.includes(id) && pageAreas.test(id))
  const ofStreams = ids.filter((id) => !selfTest.includes(id) && !pageAreas.test(id))
  const urls = settings.streams ?? []

  const report = parts.length > 0 ? await examine(plan, { only: parts, trials: plan.runs }) : null
  const streams = ofStreams.length > 0 && urls.length > 0 ? await examine(plan, { urls, onlyChecks: ofStreams }) : null
  const pages = ofPages.length > 0 ? await examinePages(plan, ofPages) : []
  const found = [report, streams, ...pages].flatMap((one) => one?.findings ?? [])
  return {
    figures: hasFailover ? failoverFigures(report?.experiments.failover ?? []) : [],
    findings: wanted.flatMap(([id, level]) => pick(id, level, found)),
    report,
  }
}

/** The checks that look at pages, on each page of the plan. */
async function examinePages(plan: CheckPlan, onlyChecks: string[]): Promise<Report[]> {
  const reports: Report[] = []
  for (const { url, steps, setup, cookies, headers, tabs } of plan.pages) {
    const app = {
      url,
      ...(steps && { steps }),
      ...(setup && { setup }),
      ...(cookies && { cookies }),
      ...(headers && { headers }),
      ...(plan.settings.insecure !== undefined && { insecure: plan.settings.insecure }),
      ...(plan.settings.timeoutMs !== undefined && { timeoutMs: plan.settings.timeoutMs }),
    }
    reports.push(await examine(plan, { app, onlyChecks, tabs: Math.max(2, tabs ?? plan.tabs) }))
  }
  return reports
}

/** One run of the doctor; what stopped it stops us. */
async function examine(plan: CheckPlan, options: DiagnoseOptions): Promise<Report> {
  const { settings, signal, onProgress, onNote } = plan
  const { browser, sandbox, insecure } = settings
  const report = await diagnose({
    ...options,
    signal,
    onProgress,
    onNote,
    ...(browser !== undefined && { browser }),
    ...(sandbox !== undefined && { sandbox }),
    ...(insecure !== undefined && { insecure }),
  })
  signal.throwIfAborted()
  if (!report.error) return report
  const { code, message, hint } = report.error
  throw new SseCoordError(code as SseCoordError['code'], message, hint === null ? {} : { hint })
}

function isSet(limit: number | false | undefined): boolean {
  return limit !== undefined && limit !== false
}

function pick(id: string, level: CheckLevel, findings: readonly Finding[]): Finding[] {
  if (level === 'off') return []
  const found = findings.filter((finding) => finding.id === id)
  if (found.length > 0) return found.map((finding) => ({ ...finding, severity: level }))
  const reason = selfTest.includes(id)
    ? 'the self-test did not come to it'
    : pageAreas.test(id)
      ? 'this check looks at a page: name it under pages'
      : 'this check looks at a stream: name it under streams, as in streams: ["http://localhost:3000/events"]'
  return [unknown(id, level, reason)]
}

function unknown(id: string, severity: Finding['severity'], reason: string): Finding {
  return {
    id,
    state: 'unknown',
    severity,
    target: null,
    reason,
    measured: null,
    expected: null,
    why: null,
    fixes: [],
    docs: `docs/checks/${id.replace('/', '-')}.md`,
    locations: [],
    limit: null,
    actual: null,
    baseline: null,
    delta: null,
  }
}

/**
 * The slowest ending by its median over the runs, and the most that was lost in any. A tab that hangs is found only by
 * watching for its silence, which takes seconds by design; `failover/slow` judges it by a bound of its own.
 */
function failoverFigures(cases: readonly FailoverCase[]): Figure[] {
  const ours = cases.filter(({ leader }) => leader === 'coordinator')
  const quick = ours.filter(({ event }) => event !== 'hang')
  const silent = quick.find(({ medianMs, timedOut }) => medianMs === null && timedOut > 0)
  const medians = quick.flatMap(({ medianMs }) => medianMs ?? [])
  const slowest = silent ? (silent.waitMs ?? null) : medians.length === 0 ? null : Math.max(...medians)
  const lost = ours.length === 0 ? null : Math.max(...ours.map((one) => one.lost))
  const missing = 'no hand-over was measured'
  const base = { target: null, key: '', streams: [] }
  return [
    {
      ...base,
      rule: 'failoverTime',
      actual: slowest,
      doubt: slowest === null ? missing : null,
      measured: silent
        ? `no event came within ${slowest} ms when the leading tab ended (${silent.event})`
        : `${slowest} ms to the next event, the slowest median of ${quick[0]?.trials ?? 0} runs each`,
    },
    {
      ...base,
      rule: 'lostEvents',
      actual: lost,
      doubt: lost === null ? missing : null,
      measured: `${lost} lost in the worst of ${ours.reduce((sum, { trials }) => sum + trials, 0)} hand-overs`,
    },
  ]
}
