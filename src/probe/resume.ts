/** Asks the server to go on after the last event but one, and sees where it goes on. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ResumeEvidence } from '../evidence/stream.js'
import { encodeLastEventId } from '../sse/last-event-id.js'
import { round } from './body.js'
import { keyOf } from './event-key.js'
import { look } from './look.js'
import { type Subject, withHeaders } from './subject.js'
import type { WatchLog } from './watch.js'

/** How long the first event is waited for at least, and how long more are gathered after it. */
const leastWaitMs = 5000
/** How long after the watch this may go on. */
const mostAfterWatchMs = 6000
const gatheredMs = 1000
/** How long ids have come before one is named, and the share of the watch that is waited for that. */
const leastSpanMs = 500
const mostOfWatch = 1 / 2
/** Ids kept of the answer. */
const mostFirst = 20

/** The answer, and what its events say, by which they are found among those watched where their ids are not. */
export interface Resumption {
  evidence: ResumeEvidence
  keys: string[]
}

/** `undefined` where too few events with ids came to ask with. */
export async function lookResumed(subject: Subject, watch: WatchLog): Promise<Resumption | undefined> {
  if (!(await watch.seen(3))) return undefined
  await timeToTell(subject, watch)
  const seen = watch.ids.length
  const sentIndex = seen - 2
  const sentId = watch.ids[sentIndex] ?? ''
  const first: ResumeEvidence['first'] = []
  const keys: string[] = []
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
    onEvent: ({ id, atMs, type, data }) => {
      if (id === null) return
      if (first.length < mostFirst) {
        first.push({ id, index: null, atMs, type })
        keys.push(keyOf({ type, data }))
      }
      if (atMs - (first[0]?.atMs ?? 0) <= gatheredMs) inFirstSecond++
      if (id === sentId) sentAgainMs ??= round(atMs - (first[0]?.atMs ?? 0))
      if (hearing) return
      hearing = true
      // By then the watch has seen what this connection saw, too.
      void sleep(gatheredMs).then(() => stop.abort())
    },
  })
  const evidence: ResumeEvidence = {
    sentId,
    sentIndex,
    seen,
    waitedMs: round(performance.now() - begun),
    first,
    inFirstSecond,
    sentAgainMs,
    watchedSpanMs: round(watch.spanMs(sentIndex)),
    exchange,
  }
  return { evidence, keys }
}

/**
 * It is by time that a history is told from a new beginning, and on a fast stream three events are none, nor are three that
 * came in one piece.
 */
async function timeToTell({ signal, startedAt, watchMs }: Subject, watch: WatchLog): Promise<void> {
  const pause = (ms: number) => sleep(ms, undefined, { signal }).catch(() => {})
  await pause(leastSpanMs)
  const until = startedAt + watchMs * mostOfWatch
  while (watch.spanMs(watch.ids.length - 2) < leastSpanMs && performance.now() < until && !signal.aborted)
    await pause(50)
}

/**
 * Finds the places of the answer among what was watched; once the watch is over, as it may have been behind. By id, and
 * where a server makes new ids for each connection, by data that came once only.
 */
export function placeResumed({ evidence, keys }: Resumption, watch: Pick<WatchLog, 'ids' | 'keys'>): ResumeEvidence {
  const byId = placesById(watch.ids, evidence)
  const byData = evidence.first.some(({ id }) => byId.has(id)) ? undefined : placesOfUnique(watch.keys)
  const placeOf = (id: string, key = '') => (byData ? byData.get(key) : byId.get(id)) ?? null
  return { ...evidence, first: evidence.first.map((one, at) => ({ ...one, index: placeOf(one.id, keys[at]) })) }
}

/**
 * Where each id came. Of those that came again, as where the watch had to come back, a place before the question counts
 * more than one behind it, and then the nearest to the one that is due.
 */
function placesById(ids: readonly string[], { seen, sentIndex }: ResumeEvidence): Map<string, number> {
  const places = new Map<string, number>()
  const distanceOf = (index: number) => Math.abs(index - sentIndex - 1)
  ids.forEach((id, index) => {
    const other = places.get(id)
    if (other === undefined || (index < seen && distanceOf(index) < distanceOf(other))) places.set(id, index)
  })
  return places
}

function placesOfUnique(keys: readonly string[]): Map<string, number> {
  const places = new Map<string, number>()
  const repeated = new Set<string>()
  keys.forEach((key, index) => {
    if (places.has(key)) repeated.add(key)
    places.set(key, index)
  })
  for (const key of repeated) places.delete(key)
  return places
}
