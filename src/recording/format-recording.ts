/** A recording in memory as the text of its file. */
import { packBytes } from './bytes.js'
import type { RecordingHeader, RecordingLine } from './format.js'
import { toMicroseconds } from './microseconds.js'
import type { RecordedConnection, Recording } from './recording.js'

/** The whole text. */
export function formatRecording(recording: Recording): string {
  return [...recordingPieces(recording)].join('')
}

/** About so many characters at a time are handed out: few enough to hold, and enough for the system to write at once. */
const pieceLength = 65_536

/** The text in pieces that end with a line. */
export function* recordingPieces(recording: Recording): Generator<string, void, undefined> {
  let piece = ''
  for (const line of linesOf(recording)) {
    piece += `${JSON.stringify(line)}\n`
    if (piece.length < pieceLength) continue
    yield piece
    piece = ''
  }
  yield piece
}

function* linesOf({ header, connections }: Recording): Generator<RecordingHeader | RecordingLine, void, undefined> {
  yield header
  for (const [index, connection] of connections.entries()) yield* linesOfConnection(connection, index + 1)
}

function* linesOfConnection(
  { openedAtMs, chunks, end, ...head }: RecordedConnection,
  connection: number,
): Generator<RecordingLine, void, undefined> {
  const { status, headers, waitedMs, lastEventId } = head
  const asked = lastEventId === null ? {} : { lastEventId }
  const hasHead = end.kind !== 'refuse'
  if (hasHead) {
    yield { at: openedAtMs, connection, kind: 'open', status, headers, waitedMs, ...asked }
  }
  const at = (atMs: number) => toMicroseconds(openedAtMs + atMs)
  for (const { atMs, bytes } of chunks) yield { at: at(atMs), connection, kind: 'chunk', ...packBytes(bytes) }
  const last = { at: at(end.atMs), connection }
  if (end.kind === 'end' || end.kind === 'leave') yield { ...last, kind: end.kind }
  else {
    const code = end.code === null ? {} : { code: end.code }
    yield { ...last, kind: 'fault', fault: end.kind, ...code, ...(hasHead ? {} : asked) }
  }
}
