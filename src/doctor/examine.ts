/**
 * The plan for one stream: what is looked at, in which order, and what side by side. What is learned goes into the
 * evidence at once, so that a run cut short keeps what it has.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Exchange } from '../evidence/exchange.js'
import { redactUrl } from '../evidence/redact.js'
import type { StreamEvidence } from '../evidence/stream.js'
import {
  compareOrigin,
  createArrivalTimes,
  createSlots,
  findSecrets,
  lookAtHttp2,
  lookCrossOrigin,
  lookEncoded,
  lookResumed,
  lookSecond,
  patienceOf,
  placeResumed,
  type Resumption,
  type Subject,
  type WatchLog,
  watchStream,
} from '../probe/index.js'
import { type Examination, stepFor } from './examination.js'
import { lookAfterwards } from './look-afterwards.js'
import type { StreamPlan } from './stream-options.js'

/** Connections at a time to a host that is not this machine. */
const politeConnections = 2

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
  const { conditions, origin, looks } = plan
  const front = createArrivalTimes()
  const watch = watchStream(subject, {
    mayReturn: conditions.method === 'GET' && conditions.profile === 'web',
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
  const beside = lookBeside(examination, subject, watch.log)
  const resuming = lookAtResuming(examination, subject, watch.log)
  const compare = async () =>
    origin &&
    step({
      id: 'origin',
      title: 'watching the app itself',
      plannedMs: plan.watchMs,
      run: () => compareOrigin(subject, origin, front),
      outcome: ({ matched }) => `${matched} events on both sides`,
    })
  // At the host of the stream it takes one of two places, and has the last turn: the others need theirs for a moment.
  const isPolite = !conditions.loopback && !conditions.allowLoad
  const isNeighbour = isPolite && origin?.url.hostname === plan.request.url.hostname
  const compareInTurn = async () => {
    await Promise.all([...beside, resuming])
    return subject.connected(compare)
  }
  const isCompared = looks.has('origin') || looks.has('front')
  const comparing = isCompared ? (isNeighbour ? compareInTurn() : compare()) : undefined
  // Of several that fail the one that is waited for first is told; the others must not end the process.
  for (const one of [watching, resuming, comparing, ...beside]) one?.catch(() => {})
  evidence.watch = await watching
  const found = await resuming
  if (found) evidence.resume = placeResumed(await askAgain(found, subject, watch.log), watch.log)
  await Promise.all(beside)
  const compared = await comparing
  if (compared) evidence.origin = compared
}

/** The shorter looks: compression, HTTP/2, pages of another origin. A POST is made once more, and never again. */
function lookBeside(examination: Examination, subject: Subject, log: WatchLog): Promise<void>[] {
  const { plan, evidence } = examination
  const { looks, conditions } = plan
  const { pageOrigin } = conditions
  const isGet = conditions.method === 'GET'
  const asPage = !isGet && looks.has('cors') && pageOrigin !== null ? { Origin: pageOrigin } : {}
  const beside: Promise<void>[] = []
  const encoded = looks.has('encoded')
    ? subject.connected(async () => {
        evidence.encoded = await stepFor(examination)({
          id: 'encoded',
          title: 'the same with compression',
          plannedMs: plan.watchMs / 2,
          run: () => lookEncoded(subject, log, asPage),
          outcome: ({ end, eventCount }) => (end.how === 'left' && eventCount === 0 ? 'done' : `${eventCount} events`),
        })
      })
    : undefined
  if (encoded) beside.push(isGet ? encoded.then(() => lookAgain(examination, subject, log)) : encoded)
  if (looks.has('http2') && subject.request.url.protocol === 'https:') {
    beside.push(
      lookWhen(log.answered, subject, async () => {
        evidence.http2 = await lookAtHttp2(subject)
      }),
    )
  }
  if (looks.has('cors') && pageOrigin !== null) {
    const isReady = isGet ? log.answered : Promise.resolve(encoded).then(() => log.answered)
    beside.push(
      lookWhen(isReady, subject, async () => {
        const given = isGet || !evidence.encoded ? undefined : headOf(evidence.encoded)
        evidence.cors = await lookCrossOrigin(subject, pageOrigin, given)
      }),
    )
  }
  return beside
}

/** Where compression may be what kept the answer back: one more without it. */
async function lookAgain({ evidence }: Examination, subject: Subject, log: WatchLog): Promise<void> {
  if (evidence.encoded?.status !== null || !(await log.answered) || subject.signal.aborted) return
  await subject.connected(async () => {
    evidence.second = await lookSecond(subject)
  })
}

/** Beside the watch, as what is sent then comes to both. */
async function lookAtResuming(
  { plan, evidence }: Examination,
  subject: Subject,
  log: WatchLog,
): Promise<Resumption | undefined> {
  const { method, profile } = plan.conditions
  if (!plan.looks.has('resume') || method !== 'GET' || profile !== 'web') return undefined
  let found: Resumption | undefined
  await lookWhen(log.seen(3), subject, async () => {
    found = await lookResumed(subject, log)
  })
  if (found) evidence.resume = placeResumed(found, log)
  return found
}

/** What one more request to resume takes at least, in milliseconds. */
const leastAgainMs = 2000

/** Once more after the watch, where the server had nothing for a second connection. */
async function askAgain(found: Resumption, subject: Subject, log: WatchLog): Promise<Resumption> {
  const isLate = patienceOf(subject, leastAgainMs) < leastAgainMs
  if (found.evidence.exchange.status === 200 || isLate || subject.signal.aborted) return found
  // It may take a moment to see that we have left.
  await sleep(200)
  return (await subject.connected(() => lookResumed(subject, log))) ?? found
}

async function lookWhen(ready: Promise<boolean>, subject: Subject, run: () => Promise<void>): Promise<void> {
  if ((await ready) && !subject.signal.aborted) await subject.connected(run)
}

function headOf({ status, headers }: Exchange): { status: number; headers: [string, string][] } | null {
  return status === null ? null : { status, headers }
}

function watchWords(exchanges: Exchange[]): string {
  const first = exchanges[0]
  if (!first || first.status === null) return first?.end.detail ?? 'no answer'
  const events = exchanges.reduce((sum, { eventCount }) => sum + eventCount, 0)
  return `${first.status}, ${events} ${events === 1 ? 'event' : 'events'}`
}
