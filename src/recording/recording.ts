/** A recording in memory: what was heard on each connection. */
import type { RecordedFault, RecordingHeader } from './format.js'

/** Bytes that came at one moment. */
export interface RecordedChunk {
  /** Milliseconds from the head of the answer. */
  atMs: number
  bytes: Uint8Array
}

/** How a connection ended; `leave`: it did not, the recorder left. */
export interface RecordedEnd {
  /** Milliseconds from the head of the answer. */
  atMs: number
  kind: 'end' | 'leave' | RecordedFault
  code: string | null
}

/** One connection of the story. */
export interface RecordedConnection {
  /** Milliseconds from the start of the recording to the head of the answer. */
  openedAtMs: number
  /** Milliseconds that the head took. */
  waitedMs: number
  status: number
  headers: [name: string, value: string][]
  /** The id that the client asked to resume after. */
  lastEventId: string | null
  chunks: RecordedChunk[]
  end: RecordedEnd
}

export interface Recording {
  header: RecordingHeader
  connections: RecordedConnection[]
  /** Whether the file broke off in its last line, as when the machine went down; all before it is here. */
  isTruncated: boolean
}
