/** The figures of one event stream, as they grow. */
import type { StreamSnapshot } from '../evidence/ledger.js'
import { epochNow } from './clock.js'
import type { StreamEntry } from './ledger-entries.js'
import type { StreamEvent } from './ledger-events.js'

/** Enough intervals for a median that follows a server which changes its mind. */
const keptIntervals = 32

/** What is known of a stream when its response headers pass. */
export interface StreamStart {
  number: number
  url: string
  page: string | null
  status: number
  openedAt: number
  origin: string
  socket: number
  reconnects: number
  resumedAt: string | null
}

/** How a stream came to its end. */
export interface StreamEnding {
  endedBy: 'client' | 'server'
  /** Whether the response was whole. */
  isComplete: boolean
}

/** Those who want each event. */
export interface StreamListeners {
  isHeard(): boolean
  tell(event: StreamEvent): void
}

/** One event stream's figures. */
export class StreamRecord implements StreamEntry {
  readonly #start: StreamStart
  readonly #listeners: StreamListeners
  #closedAt: number | null = null
  #ending: StreamEnding | null = null
  #events = 0
  #bytes = 0
  #comments = 0
  #lastEventId: string | null = null
  #lastEventAt: number | null = null
  #largestGapMs: number | null = null
  #retryMs: number | null = null
  #lastChunkAt: number | null = null
  #lastCommentAt: number | null = null
  #commentIntervals: number[] | null = null

  constructor(start: StreamStart, listeners: StreamListeners) {
    this.#start = start
    this.#listeners = listeners
  }

  get number(): number {
    return this.#start.number
  }

  get isHeard(): boolean {
    return this.#listeners.isHeard()
  }

  chunk(bytes: number): number {
    const at = epochNow()
    this.#bytes += bytes
    if (this.#lastChunkAt !== null) this.#largestGapMs = Math.max(this.#largestGapMs ?? 0, at - this.#lastChunkAt)
    this.#lastChunkAt = at
    return at
  }

  event(type: string, id: string | null, data: () => string, at: number): void {
    this.events(1, id, at)
    if (this.isHeard) this.#listeners.tell({ stream: this.number, id, type, data: data(), at })
  }

  events(count: number, lastEventId: string | null, at: number): void {
    this.#events += count
    if (count > 0) this.#lastEventAt = at
    if (lastEventId !== null) this.#lastEventId = lastEventId
  }

  comment(at: number): void {
    this.#comments++
    if (this.#lastCommentAt !== null) {
      this.#commentIntervals ??= []
      this.#commentIntervals.push(at - this.#lastCommentAt)
      if (this.#commentIntervals.length > keptIntervals) this.#commentIntervals.shift()
    }
    this.#lastCommentAt = at
  }

  retry(ms: number): void {
    this.#retryMs = ms
  }

  get openedAt(): number {
    return this.#start.openedAt
  }

  close(ending: StreamEnding, at: number): void {
    this.#closedAt = at
    this.#ending = ending
    // A short text cut out of a chunk keeps the whole chunk in memory; closed streams are kept for long, so copy it.
    if (this.#lastEventId !== null) this.#lastEventId = Buffer.from(this.#lastEventId).toString()
  }

  snapshot(): StreamSnapshot {
    const { number, url, page, status, openedAt, origin, socket, reconnects, resumedAt } = this.#start
    // Written out: an object that is spread into one of this size takes ten times the memory.
    return {
      number,
      url,
      page,
      status,
      openedAt,
      origin,
      socket,
      reconnects,
      resumedAt,
      closedAt: this.#closedAt,
      endedBy: this.#ending?.endedBy ?? null,
      isComplete: this.#ending?.isComplete ?? null,
      events: this.#events,
      bytes: this.#bytes,
      lastEventId: this.#lastEventId,
      lastEventAt: this.#lastEventAt,
      largestGapMs: this.#largestGapMs,
      heartbeatMs: median(this.#commentIntervals ?? []),
      retryMs: this.#retryMs,
      comments: this.#comments,
    }
  }
}

/** Of two values or more. */
function median(values: readonly number[]): number | null {
  if (values.length < 2) return null
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[sorted.length >> 1]
  const lower = sorted[(sorted.length - 1) >> 1]
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2
}
