/**
 * `.ssecast`: the recording of a stream over all its connections. One JSON document per line: a header, then what
 * happened, in order. docs/ssecast.md describes it for people.
 */

/** The version of the format that is written here, and the newest that is read. */
export const formatVersion = 1

/** The first line. */
export interface RecordingHeader {
  ssecast: 1
  /** What was recorded, without secrets. */
  url?: string
  method?: string
  /** ISO 8601; the moment that `at` counts from. */
  startedAt?: string
  /** The program that wrote it, with its version. */
  tool?: string
  title?: string
}

/** Common to all further lines. */
interface Line {
  /** Milliseconds since the start. Within a connection it never falls. */
  at: number
  /** 1, 2, 3 …; left out it is that of the line before. */
  connection?: number
}

/** The head of an answer. Left out it is 200, `text/event-stream`. */
export interface OpenLine extends Line {
  kind: 'open'
  status: number
  /** One character is one byte; secrets are replaced by `***`. */
  headers: [name: string, value: string][]
  httpVersion?: string
  /** Milliseconds from the request to this head. */
  waitedMs?: number
  /** The id that the client asked to resume after. */
  lastEventId?: string
}

/** Bytes as they came: as text where they are whole UTF-8, else in base64. */
export type ChunkLine = Line & { kind: 'chunk' } & ({ text: string } | { base64: string })

/** An event, for recordings written by hand or by a program that sees no bytes. */
export interface EventLine extends Line {
  kind: 'event'
  event?: string
  id?: string
  retry?: number
  data?: string
}

export interface CommentLine extends Line {
  kind: 'comment'
  text: string
}

/** How a connection can break: FIN or RST in the middle, no answer but a reset, no answer at all. */
export const recordedFaults = ['cut', 'reset', 'refuse', 'black-hole'] as const
export type RecordedFault = (typeof recordedFaults)[number]

/** The connection broke. */
export interface FaultLine extends Line {
  kind: 'fault'
  fault: RecordedFault
  /** What the system or HTTP/2 said, such as `ECONNRESET` or `PROTOCOL_ERROR`. */
  code?: string
  /** For a connection without a head: the id that the client asked to resume after. */
  lastEventId?: string
}

/** The answer was complete. */
export interface EndLine extends Line {
  kind: 'end'
}

/** The recorder left; the stream was open. */
export interface LeaveLine extends Line {
  kind: 'leave'
}

export type RecordingLine = OpenLine | ChunkLine | EventLine | CommentLine | FaultLine | EndLine | LeaveLine

export const lineKinds: readonly RecordingLine['kind'][] = [
  'open',
  'chunk',
  'event',
  'comment',
  'fault',
  'end',
  'leave',
]

/** What a recording may hold; files come from anywhere. */
export const limits: Record<'fileBytes' | 'lineBytes' | 'lines' | 'connections' | 'atMs' | 'headers', number> = {
  fileBytes: 268_435_456,
  lineBytes: 16_777_216,
  lines: 2_000_000,
  connections: 10_000,
  atMs: 2_678_400_000, // a month
  headers: 200,
}
