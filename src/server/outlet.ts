/** The seam between a session and what carries its bytes: Node's HTTP/1.1 and HTTP/2 responses, or any other. */
import type { Batch } from './batch.js'

/** What an outlet tells its session. */
export interface OutletListener {
  /** More can be written after a `write` that answered false. */
  onDrain(): void
  /** The connection is gone, whoever ended it. Called once. */
  onClose(): void
}

/** One connection's way out. */
export interface Outlet {
  /** False when the client had left before the session began. */
  readonly isOpen: boolean
  /** Sends the status line and headers, and `preamble` with them, at once. */
  open(preamble: Batch | undefined, listener: OutletListener): void
  /** Hands bytes over; false asks to wait for `onDrain` before more, so that what waits is bounded by the session. */
  write(batch: Batch): boolean
  /**
   * Looks at what `write` is going to need, and at no more, so that it is at hand by then; any number will do for an answer.
   * Only where there are thousands of connections, and looking costs next to nothing.
   */
  prefetch?(): number
  /** Ends the stream in good order once everything handed over is sent. `onClose` follows. */
  end(): void
  /** Drops the connection now, with what is still unsent. `onClose` follows. */
  destroy(): void
}
