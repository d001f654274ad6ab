/**
 * The plan for one stream: what is looked at, in which order, and what side by side. What is learned goes into the
 * evidence at once, so that a run cut short keeps what it has.
 */
import type { OnProgress } from '../evidence/progress.js'
import { redactUrl } from '../evidence/redact.js'
import type { Exchange, FrontEvidence, StreamEvidence } from '../evidence/stream.js'
import {
  type Counter,
  compareEnds,
  compareOrigin,
  countByMetrics,
  countByPid,
  countThroughFront,
  createArrivalTimes,
  createSlots,
  findSecrets,
  lookAtHttp2,
  lookCrossOrigin,
  lookEncoded,
  lookForLeaks,
  lookHerd,
  lookResumed,
  lookThroughFront,
  noticeMs,
  placeResumed,
  type Subject,
  watchStream,
} from '../probe/index.js'
import { runStep, type Step } from './step.js'
import type { StreamPlan } from './stream-options.js'

/** Connections at a time to a host that is not this machine. */
const politeConnections = 2
/** The longest that a server is given to notice that clients have left. */
const mostLeakWaitMs = 8000

export interface Examination {
  plan: StreamPlan
  evidence: StreamEvidence
  signal: AbortSignal
  onProgress: OnProgress
}

export function emptyEvidence({ request, conditions }: StreamPlan): StreamEvidence {
  return { url: redactUrl(request.url.href), conditions, complete: false, secrets: findSecrets(request.url) }
}

/** Fills the evidence. Rejects only where a port of ours is taken. */
export async function examine(examination: Examination): Promise<void> {
  const { plan, evidence, signal } = examination
  const { loopback, allowLoad } = plan.conditions
  const slots = createSlots(loopback || allowLoad ? Number.POSITIVE_INFINITY : politeConnections)
  const subject: Subject = {
    request: plan.request,
    startedAt: performance.now(),
    watchMs: plan.watchMs,
    signal,
    connected: slots.run,
  }
  if (plan.looks.has('watch')) await watchAndLook(examination, subject)
  if (signal.aborted) return
  await lookAfterwards(examination, subject)
  evidence.complete = !signal.aborted
}

/** The watch, and beside it whatever needs a live stream to compare with. */
async function watchAndLook(examination: Examination, subject: Subject): Promise<void> {
  const { plan, evidence } = examination
  const { looks, conditions } = plan
  const isGet = conditions.method === 'GET'
  const front = createArrivalTimes()
  const watch = watchStream(subject, {
    mayReturn: isGet && conditions.profile === 'web',
    onEvent: (event) => front.note(event),
  })
  const step = stepFor(examination)
  const watching = subject.connected(() =>
    step({
      id: 'watch',
      title: `watching ${evidence.url}`,
      plannedMs: plan.watchMs,
      run: () => watch.exchanges,
      outcome: (exchanges) => watchWords(exchanges),
    }),
  )
  const beside: Promise<void>[] = []
  const origin = plan.origin
  const comparing =
    origin && (looks.has('origin') || looks.has('front'))
      ? step({
          id: 'origin',
          title: 'watching the app itself',
          plannedMs: plan.watchMs,
          run: () => compareOrigin(subject, origin, front),
          outcome: ({ matched }) => `${matched} events on both sides`,
        })
      : undefined
  // A POST may cost its owner money: it is made twice, never more.
  if (looks.has('encoded')) {
    beside.push(
      subject.connected(async () => {
        evidence.encoded = await step({
          id: 'encoded',
          title: 'the same with compression',
          plannedMs: plan.watchMs / 2,
          run: () => lookEncoded(subject, watch.log),
          outcome: ({ end, eventCount }) => (end.how === 'left' && eventCount === 0 ? 'done' : `${eventCount} events`),
        })
      }),
    )
  }
  const isThere = watch.log.answered
  if (looks.has('http2') && subject.request.url.protocol === 'https:') {
    beside.push(
      lookWhen(isThere, subject, async () => {
        evidence.http2 = await lookAtHttp2(subject)
      }),
    )
  }
  const { pageOrigin } = conditions
  if (looks.has('cors') && pageOrigin !== null) {
    beside.push(
      lookWhen(isThere, subject, async () => {
        evidence.cors = await lookCrossOrigin(subject, pageOrigin)
      }),
    )
  }
  if (looks.has('resume') && isGet && conditions.profile === 'web') {
    beside.push(
      lookWhen(watch.log.seen(3), subject, async () => {
        const resume = await lookResumed(subject, watch.log)
        if (resume) evidence.resume = resume
      }),
    )
  }
  evidence.watch = await watching
  await Promise.all(beside)
  if (evidence.resume) evidence.resume = placeResumed(evidence.resume, watch.log)
  if (comparing) evidence.origin = await comparing
}

async function lookWhen(ready: Promise<boolean>, subject: Subject, run: () => Promise<void>): Promise<void> {
  if ((await ready) && !subject.signal.aborted) await subject.connected(run)
}

/** What disturbs a watch, or is not to be disturbed by one. */
async function lookAfterwards(examination: Examination, subject: Subject): Promise<void> {
  const { plan, evidence } = examination
  const { looks, conditions } = plan
  const step = stepFor(examination)
  const first = evidence.watch?.[0]
  const mayLoad = (conditions.loopback || conditions.allowLoad) && conditions.method === 'GET' && first?.status === 200
  if (looks.has('herd') && mayLoad && (first?.retries.length ?? 0) > 0) evidence.herd = await lookHerd(subject)
  const counter = counterFor(plan, subject)
  if (looks.has('leaks') && mayLoad && counter) {
    evidence.leaks = await step({
      id: 'leaks',
      title: 'twenty clients come and go',
      plannedMs: 2000,
      run: () => lookForLeaks(subject, counter, leakWaitOf(first)),
      outcome: ({ after }) => (after === null ? 'not counted' : `${after} streams left`),
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
  const { via } = plan
  if (via) {
    return stepFor(examination)({
      id: 'via',
      title: 'a stream of ours through your proxy',
      plannedMs: 2000,
      run: () => lookThroughFront(subject, via.request, via.port),
      outcome: ({ problem }) => problem ?? 'done',
    })
  }
  if (!evidence.origin) return undefined
  const ends = compareEnds(evidence.watch?.[0], evidence.origin.exchange, noticeMs)
  const disconnect: FrontEvidence['disconnect'] = ends
    ? [{ how: evidence.origin.exchange.end.how === 'cut' ? 'reset' : 'end', ...ends, waitedMs: noticeMs }]
    : []
  if (!counter || counter.source === 'pid') return { abort: null, disconnect, problem: null }
  return { ...(await countThroughFront(subject, counter)), disconnect }
}

function counterFor({ metrics, conditions }: StreamPlan, subject: Subject): Counter | undefined {
  if (metrics) return countByMetrics(metrics.request, metrics.metric, subject)
  return conditions.pid === null ? undefined : countByPid(conditions.pid)
}

/** Two heartbeats, as far as we have seen any: a server notices at its next write. */
function leakWaitOf(first: Exchange | undefined): number {
  return Math.min(mostLeakWaitMs, Math.max(1000, (first?.silence?.ms ?? 0) * 2))
}

function stepFor({ onProgress, evidence }: Examination) {
  return <Result>(step: Step<Result>): Promise<Result> =>
    runStep(onProgress, { ...step, id: `${evidence.url} ${step.id}` })
}

function watchWords(exchanges: Exchange[]): string {
  const first = exchanges[0]
  if (!first || first.status === null) return first?.end.detail ?? 'no answer'
  const events = exchanges.reduce((sum, { eventCount }) => sum + eventCount, 0)
  return `${first.status}, ${events} ${events === 1 ? 'event' : 'events'}`
}
