/** The last part of the plan for one stream: what disturbs a watch, or is not to be disturbed by one. */
import type { Exchange } from '../evidence/exchange.js'
import type { FrontEvidence } from '../evidence/stream.js'
import {
  type Counter,
  compareEnds,
  countByMetrics,
  countByPid,
  countThroughFront,
  lookForLeaks,
  lookHerd,
  lookThroughFront,
  noticeMs,
  type Subject,
} from '../probe/index.js'
import { type Examination, stepFor } from './examination.js'
import type { StreamPlan } from './stream-options.js'

/** The longest that a server is given to notice that clients have left, in milliseconds. */
const mostLeakWaitMs = 8000
const mostLeakWaitDeepMs = 60_000

export async function lookAfterwards(examination: Examination, subject: Subject): Promise<void> {
  const { plan, evidence } = examination
  const { looks, conditions } = plan
  const first = evidence.watch?.[0]
  const mayLoad = (conditions.loopback || conditions.allowLoad) && conditions.method === 'GET' && first?.status === 200
  if (looks.has('herd') && mayLoad && (first?.retries.length ?? 0) > 0) evidence.herd = await lookHerd(subject)
  const counter = counterFor(plan, subject)
  if (looks.has('leaks') && mayLoad && counter) {
    const waitMs = leakWaitOf(first, conditions.deep)
    evidence.leaks = await stepFor(examination)({
      id: 'leaks',
      title: 'twenty clients come and go',
      plannedMs: waitMs,
      run: () => lookForLeaks(subject, counter, waitMs),
      outcome: ({ before, after }) => (after === null ? 'not counted' : `${before} counted before, ${after} after`),
    })
  }
  if (looks.has('front')) {
    const front = await lookAtFront(examination, subject, counter)
    if (front) evidence.front = front
  }
}

async function lookAtFront(
  examination: Examination,
  subject: Subject,
  counter: Counter | undefined,
): Promise<FrontEvidence | undefined> {
  const { plan, evidence } = examination
  const { via, origin, conditions } = plan
  if (via) {
    return stepFor(examination)({
      id: 'via',
      title: 'a stream of ours through your proxy',
      plannedMs: 2000,
      run: () => lookThroughFront(subject, via.request, via.port),
      outcome: ({ problem }) => problem ?? 'done',
    })
  }
  if (!evidence.origin || !origin) return undefined
  const ends = compareEnds(evidence.watch?.[0], evidence.origin, noticeMs)
  const unsure = typeof ends === 'string' ? ends : null
  const how = evidence.origin.exchange.end.how === 'cut' ? ('reset' as const) : ('end' as const)
  const disconnect = typeof ends === 'object' ? [{ how, ...ends, waitedMs: noticeMs }] : []
  const mayCount = counter?.source === 'metrics' && conditions.method === 'GET'
  if (!mayCount) return { abort: null, disconnect, problem: unsure }
  const { abort, problem } = await countThroughFront(subject, origin, counter)
  return { abort, disconnect, problem: problem ?? unsure }
}

function counterFor({ metrics, conditions }: StreamPlan, subject: Subject): Counter | undefined {
  if (metrics) return countByMetrics(metrics.request, metrics.metric, subject)
  return conditions.pid === null ? undefined : countByPid(conditions.pid)
}

/** Two heartbeats, as far as we have seen any: a server notices at its next write. */
function leakWaitOf(first: Exchange | undefined, deep: boolean): number {
  return Math.min(deep ? mostLeakWaitDeepMs : mostLeakWaitMs, Math.max(1000, (first?.silence?.ms ?? 0) * 2))
}
