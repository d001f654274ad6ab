/**
 * What the proxy's ledger counted: who holds which connection to an origin, at one moment. Times are milliseconds;
 * moments are milliseconds since the Unix epoch, with a fraction. `null` means “not measured”, never zero.
 */

/** The limit that browsers put on HTTP/1.1 connections to one origin, for all tabs together. */
export const connectionsPerOrigin = 6

/** One moment of one ledger. */
export interface LedgerSnapshot {
  at: number
  origins: OriginSnapshot[]
  /** Since the ledger began. */
  totals?: LedgerTotals
}

/** Sums over the life of a ledger. */
export interface LedgerTotals {
  startedAt: number
  sockets: number
  requests: number
  streams: number
  events: number
  /** Body bytes of streams. */
  bytes: number
  reconnects: number
}

/** The connections that clients hold to one origin (scheme, host and port as the client named it). */
export interface OriginSnapshot {
  origin: string
  /** Established sockets: `streaming + busy + idle`. */
  sockets: number
  /** Sockets that carry an open event stream. */
  streaming: number
  /** Sockets that carry any other request that is not yet answered in full. */
  busy: number
  /** Sockets kept alive that carry no request. */
  idle: number
  /** The most sockets that carried a request at the same time so far. */
  mostInUse: number
  /** Of those busy, tunnels through which TLS passes unseen. */
  tunnels?: number
  /** WebSockets, which browsers do not count towards the limit; not in `sockets`. */
  webSockets?: number
  /** Requests that wait because of the emulated limit; what a browser holds back itself never gets here. */
  waiting?: number
  /** How near its streams are to the limit. */
  limit?: LimitSnapshot
  /** Over HTTP/2 only: what HTTP/1.1 would have made of the same requests. */
  demand?: DemandSnapshot
  streams: StreamSnapshot[]
}

/** How many of the six connections are held by streams: `reached` with six, `near` with five, `free` with fewer. */
export interface LimitSnapshot {
  level: 'free' | 'near' | 'reached'
  /** Since when it is near or reached; `null` while it is free. */
  since: number | null
  /** How often it was reached. */
  reached: number
  /** For how long, in all. */
  reachedMs: number
}

/**
 * Requests that came over HTTP/2, where none waits, and what would have become of them with six connections: first in,
 * first out. A lower bound, since requests end sooner over HTTP/2 and each one would have kept the next waiting.
 */
export interface DemandSnapshot {
  /** Requests under way, streams included. */
  inFlight: number
  mostInFlight: number
  /** Of those under way, how many would be waiting now. */
  wouldWait: number
  /** How many would have waited so far. */
  wouldHaveWaited: number
  /** The longest that one would have waited so far. */
  longestWaitMs: number | null
}

/** One event stream: a request answered with `text/event-stream`. */
export interface StreamSnapshot {
  /** Counts up from 1 over the life of the ledger. */
  number: number
  /** Path and query as requested. */
  url: string
  /** The page that asked, from `Referer`. */
  page: string | null
  openedAt: number
  closedAt: number | null
  status: number
  events: number
  /** Body bytes sent on to the client. */
  bytes: number
  lastEventId: string | null
  lastEventAt: number | null
  /** The longest silence between two chunks so far. */
  largestGapMs: number | null
  /** Median time between comments, once there are three. */
  heartbeatMs: number | null
  /** The reconnection time that the stream set last. */
  retryMs: number | null
  comments: number
  /** The origin that it was asked of, as in its snapshot. */
  origin?: string
  /** The connection that carries it. */
  socket?: number
  /** How many streams of the same client, page and URL it goes on from, each broken off and opened again. */
  reconnects?: number
  /** The id after which the client asked to go on, from `Last-Event-ID`. */
  resumedAt?: string | null
  /** Who ended it; a fault counts as the server. `null` while it is open. */
  endedBy?: 'client' | 'server' | null
  /** Whether the response came to its proper end. `null` while it is open. */
  isComplete?: boolean | null
}

/** One event as it passed. */
export interface CapturedEvent {
  at: number
  type: string
  /** The id that the event itself carried. */
  id: string | null
  data: string
  /** Whether the data is only a beginning. */
  isCut: boolean
}
