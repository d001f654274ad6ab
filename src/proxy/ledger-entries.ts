/** How the proxy writes into the ledger: an entry for each connection, request and stream. */
import type { StreamSnapshot } from '../evidence/ledger.js'

/** A client's connection, as the proxy writes it down. */
export interface SocketEntry {
  readonly number: number
  startRequest(request: RequestStart): RequestEntry
  /**
   * The connection became something else: a WebSocket, which browsers do not count towards the limit, or a tunnel,
   * which they do.
   */
  become(what: 'web-socket' | 'tunnel'): void
  close(): void
}

/** What is known of a request when its headers have arrived. */
export interface RequestStart {
  /** Scheme and Host header. */
  origin: string
  /** The client's address. Default: none. */
  client?: string
  method: string
  url: string
  /** The `Referer`. */
  page: string | null
  /** Whether other requests share its connection, as over HTTP/2. Default: false. */
  isMultiplexed?: boolean
  /** The id after which the client asks to go on. Default: none. */
  lastEventId?: string | null
}

/** A request, as the proxy writes it down. */
export interface RequestEntry {
  /** The response is an event stream. */
  openStream(status: number): StreamEntry
  /** It was the server, or a fault, that ended the response, well or not; else it counts as the client's doing. */
  serverEnds(isComplete: boolean): void
  /** The answer was handed on in full, or broke off. */
  finish(): void
}

/** An event stream, as the tap writes it down. */
export interface StreamEntry {
  readonly number: number
  snapshot(): StreamSnapshot
  /** So many bytes have passed. Returns the moment. */
  chunk(bytes: number): number
  /** Whether somebody wants each event as it comes. */
  readonly isHeard: boolean
  event(type: string, id: string | null, data: () => string, at: number): void
  /** So many events, the last id among them, where nobody listens to each. */
  events(count: number, lastEventId: string | null, at: number): void
  comment(at: number): void
  retry(ms: number): void
}
