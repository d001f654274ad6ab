/** The figures of hand-overs: how long nobody has the stream when the leading tab goes, and what is lost then. Pure. */
import { eventWords } from '../doctor/index.js'
import type { HandoverTrial, NotDone } from '../evidence/app-evidence.js'
import { isDone, lostUnknownWords } from '../evidence/app-evidence.js'
import { summariseHandovers } from '../evidence/handovers.js'
import type { FailoverCase } from '../evidence/report.js'
import type { Figure } from './figure.js'
import { words } from './page-figures.js'

/** One ending of the leading tab, over all its runs. */
interface Ending {
  event: FailoverCase['event']
  /** Null where in half of the runs or more nobody took over within the wait. */
  medianMs: number | null
  waitMs: number
  runs: number
}

/**
 * Of a page whose tabs share a stream of their own.
 *
 * @param key what the baseline calls the page
 */
export function pageFailoverFigures(result: HandoverTrial[] | NotDone, target: string, key: string): Figure[] {
  if (!isDone(result)) return noFailoverFigures(result.reason, { target, key })
  const endings = summariseHandovers(target, result)
  const told = result.flatMap(({ lost }) => lost ?? [])
  const lost = told.length === 0 ? null : Math.max(...told)
  return [
    timeFigure({ target, key }, endings, 'until another tab has the stream of this page'),
    {
      rule: 'lostEvents',
      target,
      key,
      streams: [],
      actual: lost,
      doubt: lost === null ? lostUnknownWords : null,
      measured: `${lost} lost in the worst of ${words(told.length, 'hand-over')} of the stream of this page`,
    },
  ]
}

/** Why no page’s own stream was measured; follows “on a stream of our own, as”. */
export type OwnStreamReason = 'no page shares one' | 'a command was run'

/**
 * Of a stream of our own, which the coordinator shares. A tab that hangs is found only by watching for its silence, which takes
 * seconds by design; `failover/slow` judges it by a bound of its own.
 */
export function ownFailoverFigures(cases: readonly FailoverCase[], reason: OwnStreamReason): Figure[] {
  const ours = cases.filter(({ leader }) => leader === 'coordinator')
  if (ours.length === 0) return noFailoverFigures('no hand-over was measured')
  const endings = ours
    .filter(({ event }) => event !== 'hang')
    .map(
      ({ event, medianMs, timedOut, trials, waitMs = 0 }): Ending => ({
        event,
        medianMs: timedOut * 2 >= trials ? null : medianMs,
        waitMs,
        runs: trials,
      }),
    )
  const lost = Math.max(...ours.map((one) => one.lost))
  const runs = ours.reduce((sum, { trials }) => sum + trials, 0)
  const where = `on a stream of our own, as ${reason}`
  return [
    timeFigure({ target: null, key: '' }, endings, `to the next event, ${where}`),
    {
      rule: 'lostEvents',
      target: null,
      key: '',
      streams: [],
      actual: lost,
      doubt: null,
      measured: `${lost} lost in the worst of ${words(runs, 'hand-over')} ${where}`,
    },
  ]
}

/** The slowest ending; one without an end is the slowest of all. */
function timeFigure(place: Pick<Figure, 'target' | 'key'>, endings: readonly Ending[], what: string): Figure {
  const base = { rule: 'failoverTime' as const, ...place, streams: [] }
  const silent = endings.find(({ medianMs }) => medianMs === null)
  if (silent) {
    const measured = `nothing within ${silent.waitMs} ms of the end of the leading tab (it ${eventWords[silent.event]}): the time ${what}`
    return { ...base, actual: silent.waitMs, doubt: null, measured }
  }
  const [first, ...others] = endings
  if (!first) return { ...base, actual: null, doubt: 'no hand-over was measured', measured: '' }
  const slowest = others.reduce((one, other) => ((other.medianMs ?? 0) > (one.medianMs ?? 0) ? other : one), first)
  const measured = `${slowest.medianMs} ms ${what}, when the leading tab ${eventWords[slowest.event]}: the slowest median of ${words(slowest.runs, 'run')} each`
  return { ...base, actual: slowest.medianMs, doubt: null, measured }
}

/** @param place the page; default: the browser itself */
export function noFailoverFigures(
  reason: string,
  place: Pick<Figure, 'target' | 'key'> = { target: null, key: '' },
): Figure[] {
  const base = { ...place, streams: [], actual: null, doubt: reason, measured: '' }
  return [
    { ...base, rule: 'failoverTime' },
    { ...base, rule: 'lostEvents' },
  ]
}
