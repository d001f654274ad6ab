/** One run of the budget, from options to report: measure, compare, count. */
import os from 'node:os'
import { summarise } from '../doctor/index.js'
import { SseCoordError } from '../error.js'
import { isDone } from '../evidence/app-evidence.js'
import { summariseHandovers } from '../evidence/handovers.js'
import type { Finding, Report } from '../evidence/report.js'
import { roundMs } from '../evidence/round-ms.js'
import { originUses, tabsTimeline } from '../evidence/tabs-timeline.js'
import { tool } from '../package.js'
import { readBaseline, writeBaseline } from './baseline.js'
import type { Child } from './child.js'
import { expectKnownChecks, measureWithDoctor } from './doctor-rules.js'
import { judgeAll, type Measured, needsOwnFailover, newBaseline } from './judge-all.js'
import { measurePages } from './measure-pages.js'
import { measureRun } from './measure-run.js'
import { type CheckOptions, type CheckPlan, toPlan } from './plan.js'
import { blameApp, startApp } from './start-app.js'

/** What a run has measured, and how far it came. */
interface Run extends Measured {
  complete: boolean
}

/**
 * Judges an app by its budget: opens its pages in real tabs, or runs a command behind a proxy, and compares what it held
 * with the limits and with what was measured before.
 *
 * Resolves with a report also where it could not run (`error`, `exitCode` 2) or was aborted (`exitCode` 130); what was
 * measured until then is in it. Nothing is left running.
 *
 * @throws SseCoordError `bad-config` or `bad-option` where config or options make no sense.
 */
export async function checkBudget(options: CheckOptions = {}): Promise<Report> {
  const plan = await toPlan(options)
  await expectKnownChecks(plan.budget)
  const baseline = plan.baseline === null ? null : await readBaseline(plan.baseline, plan.updateBaseline)
  const startedAt = new Date()
  const begin = performance.now()
  const measured: Run = { pages: [], run: null, doctor: { findings: [], report: null }, browser: null, complete: false }
  const error = await gather(plan, measured)
  const findings = await judgeAll(plan, measured, baseline)
  if (plan.updateBaseline && plan.baseline !== null && measured.complete && !error) {
    const kept = newBaseline(plan, measured, baseline)
    await writeBaseline(plan.baseline, kept)
    plan.onNote(`${kept.figures.length} figures kept in ${plan.baseline}`)
  }
  const { run } = measured
  return {
    schema: 'sse-coord/report@1',
    tool,
    command: 'check',
    startedAt: startedAt.toISOString(),
    durationMs: roundMs(performance.now() - begin),
    complete: measured.complete,
    exitCode: exitCode(plan, measured, findings, error),
    failOn: plan.settings.failOn ?? 'error',
    environment: {
      node: process.versions.node,
      os: `${os.type()} ${os.release()} ${os.arch()}`,
      browser: measured.browser,
    },
    targets: targetsOf(plan, measured),
    experiments: experimentsOf(measured),
    findings,
    summary: summarise(findings),
    ...(run?.exitCode != null && { run: { command: plan.settings.run ?? '', exitCode: run.exitCode } }),
    ...(!plan.settings.run && { budget: { config: plan.configName, pages: plan.pages.length, tabs: plan.tabs } }),
    ...(error && { error: { code: error.code, message: error.message, hint: error.hint ?? null } }),
  }
}

/** Measures as far as it goes; resolves with what stopped it. Faults of our own are thrown. */
async function gather(plan: CheckPlan, measured: Run): Promise<SseCoordError | undefined> {
  let app: Child | undefined
  try {
    const { start, run } = plan.settings
    plan.signal.throwIfAborted()
    if (start) app = await begin(plan, start)
    if (run) {
      await measureRun(plan, (result) => {
        measured.run = result
      })
    } else {
      await measurePages(
        plan,
        (browser) => {
          measured.browser = browser
        },
        (seen) => void measured.pages.push(seen),
      )
    }
    measured.doctor = await measureWithDoctor(plan, needsOwnFailover(plan, measured))
    measured.browser ??= measured.doctor.report?.environment.browser ?? null
    measured.complete = true
  } catch (error) {
    if (!plan.signal.aborted) {
      const { start } = plan.settings
      if (error instanceof SseCoordError) return app && start ? blameApp(app, start.command, error) : error
      throw error
    }
  } finally {
    await app?.close()
  }
  return undefined
}

async function begin(plan: CheckPlan, start: { command: string; url: string; timeoutMs?: number }): Promise<Child> {
  const { onProgress, onOutput: _quiet, folder, env, signal } = plan
  const step = { id: 'start', title: `starting ${start.command}`, plannedMs: 5000 }
  onProgress({ ...step, state: 'started' })
  try {
    const child = await startApp({ ...start, cwd: folder, env, signal })
    onProgress({ ...step, state: 'finished', outcome: `${start.url} answers` })
    return child
  } catch (error) {
    onProgress({ ...step, state: 'failed' })
    throw error
  }
}

function targetsOf(plan: CheckPlan, { pages, run }: Run): string[] {
  if (plan.settings.run) return run?.targets ?? []
  return pages.map(({ observation }) => observation.page)
}

function experimentsOf({ pages, run, doctor }: Run): Report['experiments'] {
  const seen = pages.flatMap(({ observation, after }) => [
    { observation, side: 'plain' as const },
    ...(after === null ? [] : [{ observation: after, side: 'coordinator' as const }]),
  ])
  const origins = [...seen.flatMap(({ observation, side }) => originUses(observation, side)), ...(run?.origins ?? [])]
  const tabs = seen.map(({ observation, side }) => tabsTimeline(observation, side))
  const handovers = pages.flatMap(({ observation, handover }) =>
    handover !== null && isDone(handover) ? summariseHandovers(observation.page, handover) : [],
  )
  return {
    ...doctor.report?.experiments,
    ...(origins.length > 0 && { origins }),
    ...(tabs.length > 0 && { tabs }),
    ...(handovers.length > 0 && { handovers }),
  }
}

const severities: readonly Finding['severity'][] = ['info', 'warning', 'error']

/** The command’s failure wins; then what kept us from judging; then what was found. */
function exitCode(
  { settings }: CheckPlan,
  { complete, run }: Run,
  findings: readonly Finding[],
  error: SseCoordError | undefined,
): number {
  if (run?.exitCode) return run.exitCode
  if (error) return 2
  if (!complete) return 130
  const least = severities.indexOf(settings.failOn ?? 'error')
  return findings.some(({ state, severity }) => state === 'fail' && severities.indexOf(severity) >= least) ? 1 : 0
}
