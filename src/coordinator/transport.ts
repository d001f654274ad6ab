/** How the leader reads the stream: the seam between the group and `fetch` or the browser's own EventSource. */
import type { SharedEvent } from './history.js'

/** What to open. */
export interface StreamRequest {
  /** Where to resume; the empty string where nothing is known. */
  lastEventId: string
  /** Event types to listen for, for transports that must be told. */
  types: Iterable<string>
}

/** What a connection reports. Nothing comes after `onEnd`, and after `close()` only what was read before it. */
export interface StreamListener {
  /** It is open; or the origin of its events, after redirects, turns out to be another. */
  onOpen(origin: string): void
  /**
   * Events of one task, in order; one without a type where only the last event ID moved on. Of their `since` only
   * whether it is 0 counts here.
   */
  onEvents(events: SharedEvent[]): void
  /** A reconnection time sent by the server, in milliseconds. */
  onRetry(retryMs: number): void
  /** The connection was lost and the transport itself connects again. */
  onLost(reason: string): void
  /**
   * It is over. `status` is that of a response that cannot be used (a browser's EventSource would stay closed), -1 when
   * it was refused and nobody can tell why, and 0 when the network failed or the stream ended. `retryAfterMs` is the
   * server's `Retry-After`, or 0.
   */
  onEnd(reason: string, status: number, retryAfterMs: number): void
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

/** What a stream that is kept open reports to its leader. */
export interface KeptStreamListener extends Omit<StreamListener, 'onRetry' | 'onEnd'> {
  /** The stream is over for good. */
  onOver(reason: string): void
}

/** An open stream, or one on its way to be open again. */
export interface KeptStream extends Stream {
  /** Connects if it should have by now, for timers may be held back; or at once, if it waits to do so. */
  hurry(isNow?: boolean): unknown
}

/** Opens a stream and keeps it open. `request` is asked before every connection. */
export type KeepStream = (request: () => StreamRequest, listener: KeptStreamListener) => KeptStream
