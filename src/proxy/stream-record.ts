/** The figures of one event stream, as they grow. */
import type { StreamSnapshot } from '../evidence/ledger.js'

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

/** One event stream's figures. */
export class StreamRecord {
  readonly number: number
  readonly #start: StreamStart
  #read: () => void = () => {}
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
  #commentIntervals: number[] = []

  constructor(start: StreamStart) {
    this.number = start.number
    this.#start = start
  }

  chunk(bytes: number, at: number): void {
    this.#bytes += bytes
    if (this.#lastChunkAt !== null) this.#largestGapMs = Math.max(this.#largestGapMs ?? 0, at - this.#lastChunkAt)
    this.#lastChunkAt = at
  }

  /** How to have what has passed read before the figures are looked at. Default: it has been read. */
  readBy(read: () => void): void {
    this.#read = read
  }

  events(count: number, lastEventId: string | null, at: number): void {
    this.#events += count
    if (count > 0) this.#lastEventAt = at
    if (lastEventId !== null) this.#lastEventId = lastEventId
  }

  comment(at: number): void {
    this.#comments++
    if (this.#lastCommentAt !== null) {
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
    this.#read()
    this.#read = () => {}
    this.#closedAt = at
    this.#ending = ending
    // A short text cut out of a chunk keeps the whole chunk in memory; closed streams are kept for long, so copy it.
    if (this.#lastEventId !== null) this.#lastEventId = Buffer.from(this.#lastEventId).toString()
  }

  snapshot(): StreamSnapshot {
    this.#read()
    return {
      ...this.#start,
      closedAt: this.#closedAt,
      endedBy: this.#ending?.endedBy ?? null,
      isComplete: this.#ending?.isComplete ?? null,
      events: this.#events,
      bytes: this.#bytes,
      lastEventId: this.#lastEventId,
      lastEventAt: this.#lastEventAt,
      largestGapMs: this.#largestGapMs,
      heartbeatMs: this.#commentIntervals.length >= 2 ? median(this.#commentIntervals) : null,
      retryMs: this.#retryMs,
      comments: this.#comments,
    }
  }
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[sorted.length >> 1]
  const lower = sorted[(sorted.length - 1) >> 1]
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2
}
