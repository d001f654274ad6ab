/** Which requests of a tab are drawn, and in which parts: waiting, loading, streaming. Pure. */
import type { TabRequest } from '../../evidence/report.js'

/** Rows of one figure; a page of a hundred requests in fifty tabs would be no picture any more. */
const mostRows = 240
/** … but every tab has its page, its streams and what waits, as far as these go. */
const leastRows = 5

/**
 * What is drawn of a tab, in the order of asking: its page, its streams and whatever has no answer before everything else.
 *
 * @param tabs how many tabs share the figure
 */
export function chooseRows(requests: readonly TabRequest[], tabs: number): { shown: TabRequest[]; hidden: number } {
  const room = Math.max(leastRows, Math.floor(mostRows / Math.max(1, tabs)))
  const matters = ({ kind, answeredMs }: TabRequest) => kind !== 'request' || answeredMs === null
  const first = requests.filter(matters).slice(0, room)
  const rest = requests.filter((request) => !matters(request)).slice(0, room - first.length)
  const chosen = new Set([...first, ...rest])
  return { shown: requests.filter((request) => chosen.has(request)), hidden: requests.length - chosen.size }
}

/** One part of a bar. */
export interface Phase {
  fromMs: number
  toMs: number
  /** The name of a colour of the page’s style. */
  colour: '--wait' | '--load' | '--stream'
}

/** Less is the time that a browser needs to hand a request on, not a wait. */
const shortestWaitMs = 5

/** @param spanMs where the picture ends */
export function phasesOf({ kind, askedMs, sentMs, answeredMs, endedMs }: TabRequest, spanMs: number): Phase[] {
  const endMs = endedMs ?? spanMs
  // Answered without having been sent: out of a cache or a service worker, or this browser does not tell.
  const leftMs = sentMs ?? (answeredMs === null ? endMs : askedMs)
  const loadFromMs = leftMs - askedMs < shortestWaitMs ? askedMs : leftMs
  const phases: Phase[] = [
    { fromMs: askedMs, toMs: loadFromMs, colour: '--wait' },
    { fromMs: loadFromMs, toMs: answeredMs ?? endMs, colour: '--load' },
    { fromMs: answeredMs ?? endMs, toMs: endMs, colour: kind === 'stream' ? '--stream' : '--load' },
  ]
  return phases.filter(({ fromMs, toMs }) => toMs > fromMs)
}
