/** How the leader reads the stream: the seam between the group and `fetch` or the browser's own EventSource. */
import type { SharedEvent } from './history.js'

/** What to open. */
export interface StreamRequest {
  url: string
  /** Where to resume; the empty string where nothing is known. */
  lastEventId: string
  withCredentials: boolean
  /** Event types to listen for, for transports that must be told. */
  types: Iterable<string>
}

/** Why a connection ended. */
export interface StreamEnd {
  /** The status that was answered; 0 when the network failed, the stream ended, or nobody can tell. */
  status: number
  /** The response cannot be used: wrong status or content type. A browser's EventSource would stay closed. */
  refused: boolean
  /** What happened, for people. */
  reason: string
  /** The server's `Retry-After`, in milliseconds. */
  retryAfterMs?: number
}

/** What a connection reports. Nothing comes after `onEnd` or `close()`. */
export interface StreamListener {
  onOpen(origin: string): void
  /** Events of one task, in order. `lastEventId` may have moved on without an event. */
  onEvents(events: SharedEvent[], lastEventId: string, origin: string): void
  /** A reconnection time sent by the server, in milliseconds. */
  onRetry(retryMs: number): void
  /** The connection was lost and the transport itself connects again. */
  onLost(): void
  onEnd(end: StreamEnd): void
}

/** One connection. */
export interface Stream {
  /** Ends the connection, after handing over what it has read. */
  close(): void
  /** Listens for another event type. */
  addType(type: string): void
}

/** Opens one connection. */
export type OpenStream = (request: StreamRequest, listener: StreamListener) => Stream
