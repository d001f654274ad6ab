/** Watches the app itself while the front is watched, and tells by how much each event came later through the front. */
import type { StreamRequest } from '../client/index.js'
import type { Exchange } from '../evidence/exchange.js'
import type { OriginEvidence } from '../evidence/stream.js'
import { round } from './body.js'
import { keyOf } from './event-key.js'
import { burstMs, largestBurst, type Pair } from './largest-burst.js'
import { look } from './look.js'
import { watchOwnClock } from './own-clock.js'
import { type Subject, withHeaders } from './subject.js'

/** When each event came, by what it says. */
export interface ArrivalTimes {
  note(event: { id: string | null; type: string; data: string }): void
  readonly times: ReadonlyMap<string, number>
  /** When anything came last. */
  readonly lastMs: number
}

/** Events of one minute at a thousand a second. */
const mostEvents = 60_000
/** An event that is missing through the front counts as held once it is this old. */
const overdueMs = 1000

export function createArrivalTimes(): ArrivalTimes {
  const times = new Map<string, number>()
  let lastMs = Number.NEGATIVE_INFINITY
  return {
    times,
    get lastMs() {
      return lastMs
    },
    note({ id, type, data }) {
      lastMs = performance.now()
      if (times.size >= mostEvents) return
      const key = `${id ?? ''}\n${keyOf({ type, data })}`
      // Where events repeat themselves only the first of them can be told apart.
      if (!times.has(key)) times.set(key, lastMs)
    },
  }
}

/** @param front what came through the front; read when the time is over */
export async function compareOrigin(
  subject: Subject,
  origin: StreamRequest,
  front: ArrivalTimes,
): Promise<OriginEvidence> {
  const app = createArrivalTimes()
  const left = () => subject.watchMs - (performance.now() - subject.startedAt)
  const ask = (forMs: number, onEvent: typeof app.note) =>
    look({
      request: withHeaders(origin, { 'Accept-Encoding': 'identity' }),
      startedAt: subject.startedAt,
      forMs,
      signal: subject.signal,
      onEvent,
    })
  const clock = watchOwnClock()
  const exchange = await ask(Math.max(1, left()), app.note)
  clock.close()
  const clockLateMs = round(clock.quartileLateMs)
  const found = { exchange, ...compare(app.times, front, performance.now()), clockLateMs }
  // An app that ends its streams may do so at any age: a second one tells whether this is a rule.
  const wouldEndAt = exchange.end.atMs * (1 + sameAge) + leastApartMs
  const isWorthIt = hasEnded(exchange) && left() > 0 && !subject.signal.aborted
  return isWorthIt ? { ...found, again: await ask(Math.min(left(), wouldEndAt), () => {}) } : found
}

function compare(
  app: ReadonlyMap<string, number>,
  front: ArrivalTimes,
  now: number,
): Omit<OriginEvidence, 'exchange' | 'again' | 'clockLateMs'> {
  const pairs: Pair[] = []
  // What only one of the connections can have seen is left out; so is what the front has overtaken with something newer.
  const overdue: Pair[] = []
  for (const [key, sent] of app) {
    const came = front.times.get(key)
    if (came !== undefined) pairs.push({ sent, came })
    else if (sent > front.lastMs && now - sent > overdueMs) overdue.push({ sent, came: now })
  }
  // Where each connection gets events of its own nothing can be compared.
  const isComparable = pairs.length > 0 || front.times.size === 0
  const compared = isComparable ? [...pairs, ...overdue] : []
  const delays = momentsOf(compared).map(middleDelay)
  const delayAt = (share: number) => {
    const delay = at(delays, share)
    return delay === undefined ? null : round(delay)
  }
  return {
    matched: compared.length,
    leastDelayMs: delayAt(0),
    medianDelayMs: delayAt(0.5),
    quartileDelayMs: delayAt(0.75),
    largestDelayMs: compared.length === 0 ? null : round(Math.max(...compared.map(delayOf))),
    largestBurst: largestBurst(pairs),
  }
}

function delayOf({ sent, came }: Pair): number {
  return Math.max(0, came - sent)
}

/** Events that the app sent at once, together: what delays one of them delays them all, and counts once. */
function momentsOf(pairs: readonly Pair[]): Pair[][] {
  const moments: Pair[][] = []
  let begun = Number.NEGATIVE_INFINITY
  for (const pair of pairs.toSorted((one, other) => one.sent - other.sent)) {
    if (pair.sent - begun > burstMs) {
      begun = pair.sent
      moments.push([])
    }
    moments.at(-1)?.push(pair)
  }
  return moments
}

function middleDelay(pairs: readonly Pair[]): number {
  return at(pairs.map(delayOf), 0.5) ?? 0
}

/** The value below which that share of them lies. */
function at(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}

/** How far apart two ages may be and still be one: a share of them, and no less than this in milliseconds. */
const sameAge = 0.1
const leastApartMs = 300

/**
 * Whether the front told of the app's end: `undefined` where the app's stream did not end while we watched, a sentence
 * where nothing follows from its end.
 */
export function compareEnds(
  front: Exchange | undefined,
  { exchange: app, again }: Pick<OriginEvidence, 'exchange' | 'again'>,
  waitedMs: number,
): { noticedMs: number | null } | string | undefined {
  if (front?.status !== 200 || app.status !== 200 || !hasEnded(app)) return undefined
  const appEnd = app.openedAtMs + app.end.atMs
  const frontEnd = front.openedAtMs + front.end.atMs
  const noticedMs = Math.max(0, round(frontEnd - appEnd))
  if (hasEnded(front) && noticedMs <= waitedMs) return { noticedMs }
  // We left before the front had its time.
  if (!hasEnded(front) && noticedMs < waitedMs) return undefined
  if (isRule(app, again)) return { noticedMs: null }
  return 'the app ended the stream that we had there, and may not have ended the one behind the front; --via tells'
}

function hasEnded({ end }: Exchange): boolean {
  return end.how === 'closed' || end.how === 'cut'
}

/** Whether all streams of the app end alike: nothing listens there any more, or the second ended at the age of the first. */
function isRule(app: Exchange, again: Exchange | undefined): boolean {
  if (!again) return false
  if (again.status === null) return again.end.code === 'ECONNREFUSED'
  return hasEnded(again) && Math.abs(again.end.atMs - app.end.atMs) <= Math.max(leastApartMs, app.end.atMs * sameAge)
}
