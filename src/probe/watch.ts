/** Watches a stream without compression for the whole time, and comes back as a browser would when it is closed. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Exchange } from '../evidence/exchange.js'
import { toHeaderBytes } from '../sse/last-event-id.js'
import type { HeardEvent } from './body.js'
import { keyOf } from './event-key.js'
import { look } from './look.js'
import { type Subject, withHeaders } from './subject.js'

/** What others learn of the watch while it goes on. */
export interface WatchLog {
  /** Ids in the order in which they came, over all connections; the latest `mostIds`. */
  readonly ids: readonly string[]
  /** What the event of each id says. */
  readonly keys: readonly string[]
  /** Resolves once the first connection has an answer, or has ended. */
  readonly answered: Promise<boolean>
  /** Resolves with true once so many events with ids have come, or with false at the end of the watch. */
  seen(events: number): Promise<boolean>
  /** When the first event came, since its connection was opened. */
  readonly firstEventMs: number | null
  readonly eventCount: number
  /** Time from the first event with an id to that of the id at a place. */
  spanMs(index: number): number
}

/** Ids of one minute at a thousand events a second. */
const mostIds = 60_000
/** Returns of one watch, and the waits between them in milliseconds. */
const mostConnections = 20
const shortestWaitMs = 100
const longestWaitMs = 3000
/** What browsers wait where the server names no time; less than theirs, so that more is seen. */
const defaultWaitMs = 1000

export interface Watch {
  log: WatchLog
  exchanges: Promise<Exchange[]>
}

/** @param mayReturn whether a closed stream is opened again; a POST is not repeated, nor an answer that has ended */
export function watchStream(
  subject: Subject,
  { mayReturn, onEvent }: { mayReturn: boolean; onEvent?: (event: HeardEvent) => void },
): Watch {
  const ids: string[] = []
  const keys: string[] = []
  const waiting = new Set<{ least: number; resolve: (reached: boolean) => void }>()
  let openedAt = 0
  let eventCount = 0
  let firstEventMs: number | null = null
  const cameAt: number[] = []
  let sayAnswered: (answered: boolean) => void = () => {}
  const answered = new Promise<boolean>((resolve) => {
    sayAnswered = resolve
  })

  function hear(event: HeardEvent): void {
    eventCount++
    firstEventMs ??= event.atMs
    if (event.id !== null && event.id !== ids.at(-1)) {
      if (ids.length < mostIds) {
        ids.push(event.id)
        keys.push(keyOf(event))
        cameAt.push(openedAt + event.atMs)
      }
      for (const one of waiting) {
        if (ids.length < one.least) continue
        waiting.delete(one)
        one.resolve(true)
      }
    }
    onEvent?.(event)
  }

  async function watch(): Promise<Exchange[]> {
    const exchanges: Exchange[] = []
    const until = performance.now() + subject.watchMs
    const left = () => until - performance.now()
    while (exchanges.length < mostConnections && left() > 0 && !subject.signal.aborted) {
      const lastId = ids.at(-1)
      openedAt = performance.now()
      const headers: Record<string, string> = { 'Accept-Encoding': 'identity' }
      if (lastId !== undefined && exchanges.length > 0) headers['Last-Event-ID'] = toHeaderBytes(lastId)
      const exchange = await look({
        request: withHeaders(subject.request, headers),
        startedAt: subject.startedAt,
        forMs: left(),
        signal: subject.signal,
        onHead: () => sayAnswered(true),
        onEvent: hear,
      })
      if (
        exchange.status === null &&
        exchange.end.code === 'PROTOCOL_ERROR' &&
        (subject.request.http ?? 'auto') === 'auto'
      ) {
        // Its HTTP/2 is broken, which is a finding of its own; whatever else is to be learned is learned without it.
        subject.request = { ...subject.request, http: 1 }
        continue
      }
      exchanges.push(exchange)
      // Over HTTP/2 alone that is all the answer there is, and why is yet to be seen.
      sayAnswered(exchange.status !== null || exchange.end.code === 'PROTOCOL_ERROR')
      const isOver = exchange.end.how === 'left' || exchange.end.how === 'full' || exchange.end.how === 'failed'
      if (!mayReturn || isOver || exchange.status !== 200 || exchange.body || exchange.end.done) break
      const wait = exchange.retries.at(-1)?.retryMs ?? defaultWaitMs
      await sleep(Math.min(longestWaitMs, Math.max(shortestWaitMs, wait)), undefined, { signal: subject.signal }).catch(
        () => {},
      )
    }
    for (const one of waiting) one.resolve(false)
    waiting.clear()
    over = true
    return exchanges
  }

  let over = false
  const log: WatchLog = {
    ids,
    keys,
    answered,
    seen: (least) =>
      new Promise((resolve) => {
        if (ids.length >= least) resolve(true)
        else if (over) resolve(false)
        else waiting.add({ least, resolve })
      }),
    get firstEventMs() {
      return firstEventMs
    },
    get eventCount() {
      return eventCount
    },
    spanMs: (index) => (cameAt[index] ?? 0) - (cameAt[0] ?? 0),
  }
  return { log, exchanges: watch() }
}
