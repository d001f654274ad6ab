/** What a session tells. */

/** What a session tells of a client that does not read fast enough. */
export interface SlowReader {
  /** Bytes that were waiting for the client. */
  bufferedBytes: number
  /** Events dropped or conflated so far because of this client's pace. */
  dropped: number
}

/** The events of a session. */
export interface SessionEvents {
  /** The headers are sent. */
  connected: []
  /** The connection is closed, by whichever side. */
  disconnected: []
  /** The client does not read; see `onSlow`. Told once each time the client falls behind. */
  slow: [SlowReader]
}
