/** How the leader reads the stream: the seam between the group and `fetch` or the browser's own EventSource. */
import type { SharedEvent } from './history.js'

/** What a connection reports. Nothing comes after `onEnd`, and after `close()` only what was read before it. */
export interface StreamListener {
  /**
   * It is open, and `resumes` where it was to begin or does not; or the origin of its events, after redirects, turns out
   * to be another.
   */
  onOpen(origin: string, resumes: boolean): void
  /**
   * Events of one task, in order, or none; one without a type where only the last event ID moved on. Of their `since` only
   * whether it is 0 counts here. What it returns is to be awaited: nothing else is reported before they are told.
   */
  onEvents(events: SharedEvent[]): unknown
  /** A reconnection time sent by the server, in milliseconds. */
  onRetry(retryMs: number): void
  /** The connection was lost, -1, and the transport itself connects again. */
  onState(state: -1, reason: string): void
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
  /** Listens for the types that came in after it was opened, for transports that must be told. */
  listen?(): void
}

/** What the browser's own EventSource reports: it keeps the reconnection time to itself. */
export type NativeListener = Omit<StreamListener, 'onRetry'>

/** Opens one connection; the last event ID is the empty string where nothing is known. */
export type OpenStream<Listener = StreamListener> = (
  lastEventId: string,
  types: Iterable<string>,
  listener: Listener,
) => Stream

/** What a stream that is kept open reports to its leader. */
export interface KeptStreamListener extends Pick<StreamListener, 'onOpen' | 'onEvents'> {
  /** The connection was lost, -1, or the stream is over for good, 2. */
  onState(state: -1 | 2, reason: string): void
}

/** An open stream, or one on its way to be open again. */
export interface KeptStream extends Pick<Stream, 'close'> {
  /**
   * Connects if it should have by now, for timers may be held back; or at once, if it waits to do so. And listens for
   * types that came in.
   */
  hurry(isNow?: boolean): void
}

/** Opens a stream and keeps it open. Every connection is to begin at what the last event ID is then. */
export type KeepStream = (lastId: () => string, types: Iterable<string>, listener: KeptStreamListener) => KeptStream
