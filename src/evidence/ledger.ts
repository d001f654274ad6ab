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
  streams: StreamSnapshot[]
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
}
