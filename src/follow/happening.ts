/** What can be told of a stream while it is followed, over all its connections. Serialisable but for the bytes of a chunk. */
import type { AnswerTimes, Ending, HeaderPair, Remote, Stage, TlsFacts } from '../client/index.js'

/** Common to all. */
interface Moment {
  /** Milliseconds from the start of the first connection. */
  atMs: number
  /** 1 for the first connection. */
  connection: number
}

/** A request goes out. */
export interface Connecting extends Moment {
  kind: 'connecting'
  method: string
  /** Without secrets, like every URL and header here. */
  url: string
  /** What the server is asked to resume after. */
  lastEventId: string | null
}

/** The server sent the client on; it stays there for every later connection. */
export interface Redirected extends Moment {
  kind: 'redirect'
  status: number
  from: string
  to: string
}

/** The head of an answer came, a good one or not. */
export interface Opened extends Moment {
  kind: 'open'
  url: string
  status: number
  statusText: string
  httpVersion: '1.0' | '1.1' | '2'
  headers: [name: string, value: string][]
  alpn: string | null
  tls: TlsFacts | null
  remote: Remote
  /** Moments from the start of this request. */
  times: AnswerTimes
}

/** Bytes as they came off the wire. */
export interface ChunkRead extends Moment {
  kind: 'chunk'
  bytes: Uint8Array
}

export interface EventRead extends Moment {
  kind: 'event'
  type: string
  /** The event's own id; `null` where it carries none. */
  id: string | null
  data: string
  /** Bytes of the data. */
  bytes: number
  /** Whether there was more data than is kept. */
  truncated: boolean
  /** Milliseconds since the event before, over connections too; `null` for the first. */
  gapMs: number | null
}

export interface CommentRead extends Moment {
  kind: 'comment'
  text: string
}

/** The server set the reconnection time. */
export interface RetryRead extends Moment {
  kind: 'retry'
  retryMs: number
}

/** An answer is over. */
export interface Ended extends Moment {
  kind: 'ended'
  how: Ending['kind']
  code: string | null
  /** How long the connection had been open. */
  ageMs: number
  /** Since its last byte. */
  silentMs: number
  trailers: HeaderPair[]
}

/** There was no answer. */
export interface Failed extends Moment {
  kind: 'failed'
  stage: Stage
  reason: string | null
  message: string
  hint: string | null
}

/** The next connection is made after this time. */
export interface Waiting extends Moment {
  kind: 'waiting'
  waitMs: number
  lastEventId: string | null
}

/** Why nothing more will come. */
export type StopReason =
  | 'count' // as many events as were asked for
  | 'time' // as long as was asked for
  | 'aborted' // the caller's signal
  | 'no-content' // 204: the server wants no reconnect
  | 'status' // no 200: a browser gives up
  | 'content-type' // no event stream: a browser gives up
  | 'encoding' // a content encoding that cannot be taken off
  | 'no-answer' // the first connection failed
  | 'ended' // it ended, and no reconnect was wanted

/** The last happening. */
export interface Stopped extends Moment {
  kind: 'stopped'
  reason: StopReason
  message: string
  hint: string | null
  events: number
  comments: number
  /** Bytes of bodies. */
  bytes: number
}

export type Happening =
  | Connecting
  | Redirected
  | Opened
  | ChunkRead
  | EventRead
  | CommentRead
  | RetryRead
  | Ended
  | Failed
  | Waiting
  | Stopped

/** Reasons for which a stream cannot be called fine. */
export const faultyReasons: readonly StopReason[] = ['status', 'content-type', 'encoding', 'no-answer']
