/** Watches the app itself while the front is watched, and tells by how much each event came later through the front. */
import { createHash } from 'node:crypto'
import type { StreamRequest } from '../client/index.js'
import type { Exchange, OriginEvidence } from '../evidence/stream.js'
import { round } from './body.js'
import { look } from './look.js'
import { type Subject, withHeaders } from './subject.js'

/** When each event came, by what it says. */
export interface ArrivalTimes {
  note(event: { id: string | null; type: string; data: string }): void
  readonly times: ReadonlyMap<string, number>
}

/** Events of one minute at a thousand a second. */
const mostEvents = 60_000
/** Events closer together than this came at once, and further apart than that were sent apart. */
const burstMs = 20
const apartMs = 300
/** An event that is missing through the front counts as held once it is this old. */
const overdueMs = 1000

export function createArrivalTimes(): ArrivalTimes {
  const times = new Map<string, number>()
  return {
    times,
    note({ id, type, data }) {
      if (times.size >= mostEvents) return
      const key = `${type}\n${id ?? ''}\n${createHash('sha1').update(data).digest('base64')}`
      // Where events repeat themselves only the first of them can be told apart.
      if (!times.has(key)) times.set(key, performance.now())
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
  const exchange = await look({
    request: withHeaders(origin, { 'Accept-Encoding': 'identity' }),
    startedAt: subject.startedAt,
    forMs: subject.watchMs,
    signal: subject.signal,
    onEvent: (event) => app.note(event),
  })
  return { exchange, ...compare(app.times, front.times, performance.now()) }
}

function compare(
  app: ReadonlyMap<string, number>,
  front: ReadonlyMap<string, number>,
  now: number,
): Omit<OriginEvidence, 'exchange'> {
  // The two connections do not begin in the same moment: what only one of them can have seen is left out.
  const delays: number[] = []
  const pairs: { sent: number; came: number }[] = []
  for (const [key, sent] of app) {
    const came = front.get(key)
    if (came !== undefined) {
      delays.push(Math.max(0, came - sent))
      pairs.push({ sent, came })
    } else if (now - sent > overdueMs) delays.push(now - sent)
  }
  delays.sort((one, other) => one - other)
  const delayAt = (share: number) => {
    const delay = delays[Math.min(delays.length - 1, Math.floor(delays.length * share))]
    return delay === undefined ? null : round(delay)
  }
  return {
    matched: delays.length,
    medianDelayMs: delayAt(0.5),
    quartileDelayMs: delayAt(0.75),
    largestDelayMs: delayAt(1),
    largestBurst: largestBurst(pairs),
  }
}

function largestBurst(pairs: { sent: number; came: number }[]): number {
  pairs.sort((one, other) => one.came - other.came)
  let largest = 0
  let from = 0
  pairs.forEach((pair, index) => {
    while (pair.came - (pairs[from]?.came ?? 0) > burstMs) from++
    const group = pairs.slice(from, index + 1)
    const sent = group.map((one) => one.sent)
    if (group.length > 1 && Math.max(...sent) - Math.min(...sent) >= apartMs) largest = Math.max(largest, group.length)
  })
  return largest
}

/** Whether the front told of the app's end: `undefined` where the app's stream did not end while we watched. */
export function compareEnds(
  front: Exchange | undefined,
  app: Exchange,
  waitedMs: number,
): { noticedMs: number | null } | undefined {
  if (front?.status !== 200 || app.status !== 200) return undefined
  if (app.end.how !== 'closed' && app.end.how !== 'cut') return undefined
  const appEnd = app.openedAtMs + app.end.atMs
  const frontEnd = front.openedAtMs + front.end.atMs
  if (front.end.how === 'closed' || front.end.how === 'cut') {
    const noticedMs = Math.max(0, round(frontEnd - appEnd))
    return { noticedMs: noticedMs <= waitedMs ? noticedMs : null }
  }
  // We left before the front had its time.
  return frontEnd - appEnd >= waitedMs ? { noticedMs: null } : undefined
}
