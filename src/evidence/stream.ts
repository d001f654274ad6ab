/**
 * What was learned of one URL over the wire, without a browser. Sizes, ids, types and times; no data of events, and no
 * secret. Times are milliseconds since the connection they belong to was opened. `null` means “not measured”.
 */
import type { Exchange } from './exchange.js'

/** What was asked of the run: why something was not measured, and what would make it measurable. */
export interface StreamConditions {
  method: string
  watchMs: number
  loopback: boolean
  allowLoad: boolean
  deep: boolean
  profile: StreamProfile
  pageOrigin: string | null
  withCredentials: boolean
  /** Tabs that the user means to have open. */
  tabs: number
  /** `--origin`, redacted. */
  origin: string | null
  via: boolean
  metrics: boolean
  pid: number | null
}

export type StreamProfile = 'web' | 'llm' | 'mcp'

/** A connection that asked for what came after an event it had seen. */
export interface ResumeEvidence {
  /** The `Last-Event-ID` sent, and its place among the ids watched, from 0. */
  sentId: string
  sentIndex: number
  /** Events with an id that had been seen when it was sent. */
  seen: number
  waitedMs: number
  /** The first events with an id, and their places among those watched, by id or by data; `null` for one never seen there. */
  first: { id: string; index: number | null; atMs: number; type?: string }[]
  /** Ids that came within the first second. */
  inFirstSecond: number
  /** Time from the first event to the one that was named, where that came again; and what it had been in the watch. */
  sentAgainMs: number | null
  watchedSpanMs: number
  exchange: Exchange
}

/** The same stream, watched at once through the front and at the app itself. */
export interface OriginEvidence {
  exchange: Exchange
  /** Where the app ended that stream: another at the app, to see whether it ends all of them so. */
  again?: Exchange
  /** Events found on both sides, and by how much they came later through the front; what was sent at once counts once. */
  matched: number
  leastDelayMs?: number | null
  medianDelayMs: number | null
  /** A quarter of the events came at least as late as this. */
  quartileDelayMs: number | null
  largestDelayMs: number | null
  /** By how much our own timers were late meanwhile, a quarter of them at least: a busy machine delays everything. */
  clockLateMs?: number
  /** The longest run of events that came through the front at once, though the app sent them apart. */
  largestBurst: number
}

/** Answers to a page of another origin. */
export interface CorsEvidence {
  pageOrigin: string
  get: { status: number | null; headers: [string, string][] } | null
  preflight: { status: number | null; headers: [string, string][] } | null
}

/** What the server's HTTP/2 said. */
export interface Http2Evidence {
  offered: boolean
  maxConcurrentStreams: number | null
  /** A `connection` header that a library let pass. */
  connectionHeader: string | null
  /** Whether there is one in the frames of a stream that died; `null` or absent: not looked at. */
  connectionInFrames?: boolean | null
  /** The code with which the stream was reset, such as `PROTOCOL_ERROR`. */
  resetCode: string | null
  /** The `connection` header that the same server sends over HTTP/1.1. */
  http1ConnectionHeader: string | null
}

/** Open streams, as the server counts them. */
export interface CountEvidence {
  source: 'metrics' | 'pid'
  before: number | null
  /** With our connections open. */
  during: number | null
  /** After they were dropped, at the end of the wait. */
  after: number | null
  opened: number
  waitedMs: number
  /** Why it could not be counted. */
  problem: string | null
}

/** What a front does when one of its ends goes. */
export interface FrontEvidence {
  /** Time until the app knew that the client had left; `null`: not within `waitedMs`. */
  abort: { noticedMs: number | null; waitedMs: number; how: 'metrics' | 'via' } | null
  /** Time until the client knew that the app had ended or reset the stream. */
  disconnect: { how: 'end' | 'reset'; noticedMs: number | null; waitedMs: number }[]
  problem: string | null
}

/** Everything learned of one stream. What was not looked at is absent. */
export interface StreamEvidence {
  /** Redacted. */
  url: string
  conditions: StreamConditions
  /** Whether the run was over when this was written. */
  complete: boolean
  /** Watched without compression: one connection, and where the server closed it, those after it. */
  watch?: Exchange[]
  /** Opened at the same time as the first, with a browser's `accept-encoding`. */
  encoded?: Exchange
  /** Where that got no answer: another without compression, beside the first, left as soon as it was answered. */
  second?: Exchange
  resume?: ResumeEvidence
  origin?: OriginEvidence
  cors?: CorsEvidence
  http2?: Http2Evidence
  /** What ten connections were told to wait before they return. */
  herd?: { retries: (number | null)[] }
  leaks?: CountEvidence
  front?: FrontEvidence
  /** Names in the query that look like secrets: how long they are and how many bits they seem to hold. */
  secrets?: { name: string; length: number; bits: number }[]
}
