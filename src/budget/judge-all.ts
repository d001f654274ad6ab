/** Everything that a run has measured, as figures with the budgets that they are judged by, and as findings. */
import { lineOfKey } from '../config/load-config.js'
import type { Budget } from '../config/settings.js'
import type { Finding, Report } from '../evidence/report.js'
import { type Baseline, toBaseline } from './baseline.js'
import type { DoctorPart } from './doctor-rules.js'
import { noFailoverFigures, ownFailoverFigures, pageFailoverFigures } from './failover-figures.js'
import type { Figure } from './figure.js'
import { judgeFigure } from './judge.js'
import { nameOf, type SeenPage, wantsFailover } from './measure-pages.js'
import type { RunResult } from './measure-run.js'
import { pageFigures } from './page-figures.js'
import type { CheckPlan } from './plan.js'
import { type RuleName, ruleNames } from './rules.js'

/** What a run has measured so far. */
export interface Measured {
  pages: SeenPage[]
  run: RunResult | null
  doctor: DoctorPart
  browser: Report['environment']['browser']
}

/** Whether hand-overs are asked for, and no page has them. */
function lacksFailover({ budget }: CheckPlan, { pages }: Measured): boolean {
  return wantsFailover(budget) && pages.every(({ handover }) => handover === null)
}

/** Whether hand-overs are to be measured on a stream of our own: a Chromium can. */
export function needsOwnFailover(plan: CheckPlan, measured: Measured): boolean {
  return lacksFailover(plan, measured) && !isFirefox(measured)
}

function isFirefox({ browser }: Measured): boolean {
  return browser?.name === 'Firefox'
}

/** One finding for each figure that budget or baseline speaks of, and those of the doctor. */
export async function judgeAll(plan: CheckPlan, measured: Measured, baseline: Baseline | null): Promise<Finding[]> {
  const lines = new Map<RuleName, string>()
  for (const rule of ruleNames) {
    const line = plan.file === null ? null : await lineOfKey(plan.file, ['budget', rule])
    if (line !== null) lines.set(rule, `${plan.configName}:${line}`)
  }
  const findings = allFigures(plan, measured).flatMap(
    ({ figure, budget }) =>
      judgeFigure(figure, {
        budget,
        baseline,
        tolerance: plan.tolerance,
        limitAt: (rule) => lines.get(rule),
      }) ?? [],
  )
  return [...findings, ...measured.doctor.findings]
}

/** What is to be kept of this run. */
export function newBaseline(plan: CheckPlan, measured: Measured, before: Baseline | null): Baseline {
  return toBaseline(
    allFigures(plan, measured).map(({ figure }) => figure),
    before,
  )
}

function allFigures(plan: CheckPlan, measured: Measured): { figure: Figure; budget: Budget }[] {
  const { pages, run } = measured
  const onPages = pages.flatMap((seen) =>
    figuresOf(seen).map((figure) => ({ figure, budget: { ...plan.budget, ...seen.page.budget } })),
  )
  const others = [...(run?.figures ?? []), ...ownFigures(plan, measured)]
  return [...onPages, ...others.map((figure) => ({ figure, budget: plan.budget }))]
}

function figuresOf({ page, observation, handover }: SeenPage): Figure[] {
  const key = nameOf(page)
  return [
    ...pageFigures(observation, key, (page.steps ?? []).length > 0),
    ...(handover === null ? [] : pageFailoverFigures(handover, observation.page, key)),
  ]
}

function ownFigures(plan: CheckPlan, measured: Measured): Figure[] {
  if (!lacksFailover(plan, measured)) return []
  if (isFirefox(measured)) return noFailoverFigures('Firefox cannot crash or freeze a tab on command; use a Chromium')
  const cases = measured.doctor.report?.experiments.failover ?? []
  return ownFailoverFigures(cases, plan.settings.run === undefined ? 'no page shares one' : 'a command was run')
}
