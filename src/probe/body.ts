/** Reads the body of an event stream and keeps of it what evidence may hold: times, sizes, ids, types, faults. */

import type { Arrival, Exchange, Problem, SeenEvent } from '../evidence/exchange.js'
import { createLinter, type LintProblem } from '../sse/lint.js'
import { createParser } from '../sse/parse.js'

/** Bounds of what is kept of one connection; what goes beyond is counted only. */
const mostArrivals = 2000
const mostEvents = 2000
const mostRetries = 20
/** Characters of one event's data that are read; browsers take any number. */
const mostCharacters = 1024 * 1024

/** Pieces closer together than this arrived together. */
const togetherMs = 4

/** An event as others want to hear of it while it happens; its data never goes into evidence. */
export interface HeardEvent extends SeenEvent {
  data: string
}

export interface Body {
  /** Bytes as they came from the wire. */
  arrive(bytes: number, atMs: number): void
  /** The same, decoded. */
  read(bytes: Uint8Array, atMs: number): void
  /** The stream has ended by itself. */
  end(): void
  readonly largestEvent: number
  readonly decodedBytes: number
  /** What goes into the evidence. */
  evidence(): Pick<
    Exchange,
    | 'arrivals'
    | 'events'
    | 'eventCount'
    | 'commentCount'
    | 'retries'
    | 'largestEvent'
    | 'problems'
    | 'bytes'
    | 'firstByteMs'
  >
  readonly lastByteMs: number | null
  /** The longest time between two pieces so far, and when it began. */
  readonly gap: { fromMs: number; ms: number } | null
  readonly done: boolean
}

/** @param headersMs when the headers came: silence begins there */
export function createBody(headersMs: number, onEvent: (event: HeardEvent) => void): Body {
  const arrivals: Arrival[] = []
  const events: SeenEvent[] = []
  const retries: { atMs: number; retryMs: number }[] = []
  const problems = new Map<string, Problem>()
  let eventCount = 0
  let commentCount = 0
  let bytes = 0
  let decodedBytes = 0
  let firstByteMs: number | null = null
  let lastByteMs: number | null = null
  let gap: { fromMs: number; ms: number } | null = null
  let now = headersMs
  let done = false

  const linter = createLinter(({ kind, atByte, field }: LintProblem) => {
    const known = problems.get(kind)
    if (known) known.count++
    else problems.set(kind, { kind, count: 1, firstByte: atByte, field })
  })
  const parser = createParser(
    {
      onEvent({ type, data, lastEventId, hasId }) {
        eventCount++
        done = isFarewell(type, data)
        const seen: SeenEvent = {
          atMs: round(now),
          type: type.slice(0, 100),
          id: hasId ? lastEventId.slice(0, 200) : null,
          size: data.length,
        }
        if (events.length < mostEvents) events.push(seen)
        const arrival = arrivals.at(-1)
        if (arrival) arrival.events++
        onEvent({ ...seen, data })
      },
      onComment() {
        commentCount++
      },
      onRetry(retryMs) {
        if (retries.length < mostRetries) retries.push({ atMs: round(now), retryMs })
      },
    },
    { maxLength: mostCharacters },
  )

  return {
    arrive(size, atMs) {
      const since = lastByteMs ?? headersMs
      if (!gap || atMs - since > gap.ms) gap = { fromMs: since, ms: atMs - since }
      firstByteMs ??= atMs
      bytes += size
      lastByteMs = atMs
      const last = arrivals.at(-1)
      if (last && (atMs - last.atMs <= togetherMs || arrivals.length >= mostArrivals)) last.bytes += size
      else arrivals.push({ atMs: round(atMs), bytes: size, events: 0, comments: 0, cuts: false })
    },
    read(piece, atMs) {
      now = atMs
      decodedBytes += piece.byteLength
      const comments = linter.commentBlocks
      linter.feed(piece)
      parser.feed(piece)
      const last = arrivals.at(-1)
      if (!last) return
      last.cuts = linter.insideBlock
      last.comments += linter.commentBlocks - comments
    },
    end: () => linter.end(),
    get largestEvent() {
      return linter.largestBlock
    },
    get decodedBytes() {
      return decodedBytes
    },
    get lastByteMs() {
      return lastByteMs
    },
    get gap() {
      return gap
    },
    get done() {
      return done
    },
    evidence: () => ({
      arrivals,
      events,
      eventCount,
      commentCount,
      retries,
      largestEvent: linter.largestBlock,
      problems: [...problems.values()],
      bytes,
      firstByteMs: firstByteMs === null ? null : round(firstByteMs),
    }),
  }
}

const farewells = new Set([
  'done',
  'end',
  'complete',
  'completed',
  'close',
  'finish',
  'message_stop',
  'response.completed',
])

/** Whether an event says that it is the last, in the ways in which streams that end do. */
function isFarewell(type: string, data: string): boolean {
  return farewells.has(type) || data === '[DONE]'
}

/** Of a connection that brought no stream. */
export const emptyBody: Body = createBody(0, () => {})

export function round(ms: number): number {
  return Math.round(ms * 10) / 10
}
