/** Compares figures with limits and baseline. Pure: the same figures always come to the same findings. */
import type { Budget } from '../config/settings.js'
import type { Finding } from '../evidence/report.js'
import type { Baseline } from './baseline.js'
import { type Figure, placesOf } from './figure.js'
import { type Rule, type RuleName, rules } from './rules.js'

export interface Judgement {
  budget: Budget
  baseline: Baseline | null
  /** How much more than its limit a time may be: 0.25 for 25 %. */
  tolerance: number
  /** Where the limit of a rule is written, `file:line`. */
  limitAt?: (rule: RuleName) => string | undefined
}

/** One finding, or none where neither the budget nor the baseline says anything of such a figure. */
export function judgeFigure(figure: Figure, judgement: Judgement): Finding | undefined {
  const rule = rules[figure.rule]
  const limit = judgement.budget[figure.rule]
  const before = judgement.baseline?.figures.find((one) => one.rule === figure.rule && one.key === figure.key)
  // A rule that was taken away stays away. What was measured before binds where nothing else does.
  if (limit === false || (limit === undefined && (!before || rule.isVolatile))) return undefined
  const bound = limit ?? before?.actual ?? 0
  const { actual, target, streams } = figure
  const known = before ? new Set(before.streams) : undefined
  const limitAt = limit === undefined ? undefined : judgement.limitAt?.(figure.rule)
  const finding: Finding = {
    id: rule.id,
    state: 'unknown',
    severity: 'error',
    target,
    reason: figure.doubt,
    measured: actual === null ? null : figure.measured,
    expected: expectation(rule, bound, limit === undefined, judgement.tolerance),
    why: null,
    fixes: [],
    docs: `docs/checks/${rule.id.replace('/', '-')}.md`,
    locations: placesOf(streams),
    limit: bound,
    actual,
    baseline: before?.actual ?? null,
    delta: actual === null || !before ? null : actual - before.actual,
    streams: streams.map((stream) => ({ ...stream, isNew: known !== undefined && !known.has(stream.url) })),
    ...(rule.bound === 'least' && { limitIs: rule.bound }),
    ...(limitAt !== undefined && { limitAt }),
  }
  if (actual === null) return finding
  const exceeded = exceeds(rule, actual, bound, judgement.tolerance)
  if (exceeded) return { ...finding, state: 'fail', reason: null, why: rule.why, fixes: rule.fixes }
  return figure.doubt === null ? { ...finding, state: 'pass' } : finding
}

/** Counts exactly; times with the tolerance. */
function exceeds({ bound, unit }: Rule, actual: number, limit: number, tolerance: number): boolean {
  if (bound === 'least') return actual < limit
  const allowed = unit === 'ms' ? limit * (1 + tolerance) : limit
  return allowed < actual
}

function expectation({ bound, unit }: Rule, limit: number, isBaseline: boolean, tolerance: number): string {
  const amount = unit === 'ms' ? `${limit} ms` : `${limit}`
  const slack = unit === 'ms' && tolerance > 0 ? ` (+${Math.round(tolerance * 100)} %)` : ''
  return `at ${bound} ${amount}${slack}${isBaseline ? ', as before' : ''}`
}
