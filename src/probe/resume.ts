/** Asks the server to go on after the last event but one, and sees where it goes on. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ResumeEvidence } from '../evidence/stream.js'
import { encodeLastEventId } from '../sse/last-event-id.js'
import { round } from './body.js'
import { look } from './look.js'
import { type Subject, withHeaders } from './subject.js'
import type { WatchLog } from './watch.js'

/** How long the first event is waited for at least, and how long more are gathered after it. */
const leastWaitMs = 5000
/** How long after the watch this may go on. */
const mostAfterWatchMs = 7000
const gatheredMs = 1000
/** How long ids have come before one is named. */
const leastSpanMs = 500
/** Ids kept of the answer. */
const mostFirst = 20

/** `undefined` where too few events with ids came to ask with. */
export async function lookResumed(subject: Subject, watch: WatchLog): Promise<ResumeEvidence | undefined> {
  if (!(await watch.seen(3))) return undefined
  // On a fast stream three events are no time, and it is by time that a history is told from a new beginning.
  await sleep(leastSpanMs, undefined, { signal: subject.signal }).catch(() => {})
  const watchedSpanMs = watch.sinceFirstIdMs
  const seen = watch.ids.length
  const sentIndex = seen - 2
  const sentId = watch.ids[sentIndex] ?? ''
  const first: { id: string; atMs: number }[] = []
  let inFirstSecond = 0
  let sentAgainMs: number | null = null
  const stop = new AbortController()
  // As long as the first event took, but not so long that the run outlasts its promise.
  const leftMs = subject.watchMs + mostAfterWatchMs - (performance.now() - subject.startedAt)
  const waitMs = Math.max(gatheredMs, Math.min(leftMs, Math.max(leastWaitMs, watch.firstEventMs ?? 0)))
  let hearing = false
  const begun = performance.now()
  const exchange = await look({
    request: withHeaders(subject.request, {
      'Accept-Encoding': 'identity',
      'Last-Event-ID': encodeLastEventId(sentId),
    }),
    startedAt: subject.startedAt,
    forMs: waitMs,
    signal: AbortSignal.any([subject.signal, stop.signal]),
    onEvent: ({ id, atMs }) => {
      if (id === null) return
      if (first.length < mostFirst) first.push({ id, atMs })
      if (atMs - (first[0]?.atMs ?? 0) <= gatheredMs) inFirstSecond++
      if (id === sentId) sentAgainMs ??= round(atMs - (first[0]?.atMs ?? 0))
      if (hearing) return
      hearing = true
      // By then the watch has seen what this connection saw, too.
      void sleep(gatheredMs).then(() => stop.abort())
    },
  })
  return {
    sentId,
    sentIndex,
    seen,
    waitedMs: round(performance.now() - begun),
    first: first.map((one) => ({ ...one, index: null })),
    inFirstSecond,
    sentAgainMs,
    watchedSpanMs: round(watchedSpanMs),
    exchange,
  }
}

/** Finds the places of the answer among the ids watched; once the watch is over, as it may have been behind. */
export function placeResumed(resume: ResumeEvidence, { ids }: Pick<WatchLog, 'ids'>): ResumeEvidence {
  const place = new Map(ids.map((id, index) => [id, index]))
  return { ...resume, first: resume.first.map((one) => ({ ...one, index: place.get(one.id) ?? null })) }
}
