/** The rules that the doctor judges: its checks by id, on pages, on streams and in the browser itself. */

import type { CheckLevel } from '../config/config.js'
import { nearest } from '../config/nearest.js'
import type { Budget } from '../config/settings.js'
import { type DiagnoseOptions, diagnose, readPages, toFinding } from '../doctor/index.js'
import { SseCoordError } from '../error.js'
import type { Finding, Report } from '../evidence/report.js'
import type { CheckPlan } from './plan.js'

/** What the doctor’s part of a run came to. */
export interface DoctorPart {
  findings: Finding[]
  /** Of the self-test; null where nothing needed it. */
  report: Report | null
}

/** Areas of checks that look at a page, where the others look at a stream. */
const pageAreas = /^(tabs|client|worker|failover)\//

/** What a check looks at. Where there is no page, the self-test answers for it as far as it can. */
function looksAt(id: string, { pages }: CheckPlan): 'browser' | 'page' | 'stream' {
  if (id === 'browser/no-stall') return 'browser'
  if (!pageAreas.test(id)) return 'stream'
  return pages.length === 0 && /^(tabs\/stall|failover\/)/.test(id) ? 'browser' : 'page'
}

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
      hint: 'npx sse-coord explain lists them all.',
    },
  )
}

/**
 * Runs the doctor for the checks that were asked for; does nothing where none was.
 *
 * @param ownFailover whether hand-overs of a stream of our own are to be measured too
 */
export async function measureWithDoctor(plan: CheckPlan, ownFailover: boolean): Promise<DoctorPart> {
  const wanted = Object.entries(plan.budget.checks ?? {}).filter(([, level]) => level !== 'off')
  const idsAt = (place: ReturnType<typeof looksAt>) =>
    wanted.map(([id]) => id).filter((id) => looksAt(id, plan) === place)
  const [inBrowser, onPages, onStreams] = [idsAt('browser'), idsAt('page'), idsAt('stream')]
  const parts: ('tabs' | 'failover')[] = []
  if (inBrowser.some((id) => !id.startsWith('failover/'))) parts.push('tabs')
  if (ownFailover || inBrowser.some((id) => id.startsWith('failover/'))) parts.push('failover')
  const urls = plan.settings.streams ?? []

  const report = parts.length > 0 ? await examine(plan, { only: parts, trials: plan.runs }) : null
  const streams = onStreams.length > 0 && urls.length > 0 ? await examine(plan, { urls, onlyChecks: onStreams }) : null
  const pages = onPages.length > 0 ? await examinePages(plan, onPages) : []
  const found = [
    ...(report?.findings ?? []).filter(({ id }) => inBrowser.includes(id)),
    ...[streams, ...pages].flatMap((one) => one?.findings ?? []),
  ]
  return { findings: wanted.flatMap(([id, level]) => pick(id, level, found, plan)), report }
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

function pick(id: string, level: CheckLevel, findings: readonly Finding[], plan: CheckPlan): Finding[] {
  if (level === 'off') return []
  const found = findings.filter((finding) => finding.id === id)
  if (found.length > 0) return found.map((finding) => ({ ...finding, severity: level }))
  const reasons = {
    browser: 'the self-test did not come to it',
    page: 'this check looks at a page: name it under pages',
    stream: 'this check looks at a stream: name it under streams, as in streams: ["http://localhost:3000/events"]',
  }
  const check = { id: id as `${string}/${string}`, severity: level }
  return [toFinding(check, { state: 'unknown', reason: reasons[looksAt(id, plan)] })]
}
