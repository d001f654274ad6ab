/**
 * One request, and what came of it. Sizes, ids, types and times; no data of events, and no secret. Times are milliseconds
 * since the connection was opened. `null` means “not measured”.
 */
import type { LintKind } from '../sse/lint.js'

/** One look at the server: one request, and what came back until it ended or we left. */
export interface Exchange {
  /** When it was opened, since the run began to look at this stream. */
  openedAtMs: number
  /** `null` where no response came. */
  http: '1.0' | '1.1' | '2' | null
  /** The protocol chosen in the TLS handshake; `null` without TLS, or where the server chose none. */
  alpn: string | null
  status: number | null
  /** The URL that answered at last, redacted. */
  url: string
  redirects: Redirect[]
  /** Lower-case names, redacted values, in the order of the wire. */
  headers: [name: string, value: string][]
  /** Until the connection stood, TLS included. */
  connectMs: number | null
  headersMs: number | null
  firstByteMs: number | null
  /** Bytes of the body as they were sent. */
  bytes: number
  /** Pieces of the body that arrived together, in order; the first `mostArrivals`. */
  arrivals: Arrival[]
  /** The first `mostEvents` of them. */
  events: SeenEvent[]
  eventCount: number
  commentCount: number
  /** Reconnection times, the first twenty. */
  retries: { atMs: number; retryMs: number }[]
  /** The longest time without a byte after the headers; `open` where it lasted until we left. */
  silence: { fromMs: number; ms: number; open: boolean } | null
  /** Bytes of the largest event with its field names. */
  largestEvent: number
  /** How each kind of malformed line came first, and how often. */
  problems: Problem[]
  end: ExchangeEnd
  /** Of a response that is no stream: the title of the page, or the first words of the text. */
  body: { title: string | null; start: string } | null
}

export interface Redirect {
  status: number
  to: string
}

/** Bytes that arrived at once. */
export interface Arrival {
  atMs: number
  bytes: number
  /** Events that were whole with these bytes. */
  events: number
  /** Comments with the blank line behind them; several lines of one are one. */
  comments: number
  /** Whether the bytes stop in the middle of an event. */
  cuts: boolean
}

export interface SeenEvent {
  atMs: number
  type: string
  /** The id that the event itself carried; `null` for none. */
  id: string | null
  /** Characters of data. */
  size: number
}

export interface Problem {
  kind: LintKind
  count: number
  /** Of the first: the byte of the stream at which its line begins, and the field's name where there is one. */
  firstByte: number
  field: string | null
}

/**
 * `left`: we went. `closed`: a complete response. `cut`: the connection ended inside the response. `failed`: before any
 * response. `full`: we went because a bound was reached.
 */
export interface ExchangeEnd {
  how: 'left' | 'closed' | 'cut' | 'failed' | 'full'
  atMs: number
  /** Time since the last byte; `null` where none came. */
  silenceMs: number | null
  /** Where it failed: looking up the name, connecting, TLS, waiting for headers, within the body. */
  stage: 'dns' | 'connect' | 'tls' | 'headers' | 'body' | null
  /** Such as `ECONNREFUSED`. */
  code: string | null
  /** In plain words. */
  detail: string | null
  /** The last event said that nothing follows, as `[DONE]` does. */
  done: boolean
}
