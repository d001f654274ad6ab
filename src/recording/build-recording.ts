/** Puts lines together to connections, and holds them to their order. */
import { encodeComment, encodeEvent } from '../sse/encode.js'
import { encodeText, unpackBytes } from './bytes.js'
import { limits, type OpenLine, type RecordingHeader, type RecordingLine } from './format.js'
import { LineError } from './read-line.js'
import type { RecordedConnection, RecordedEnd, Recording } from './recording.js'

/** Takes the lines of one recording. */
export interface RecordingBuilder {
  begin(header: RecordingHeader): void
  /** @throws LineError for a line that cannot follow those before it */
  add(line: RecordingLine): void
  finish(): Omit<Recording, 'isTruncated'>
}

/** How far a connection has come. They may overlap, as where a proxy records several tabs. */
interface Progress {
  readonly connection: RecordedConnection
  isOver: boolean
  lastAt: number
}

export function buildRecording(): RecordingBuilder {
  let header: RecordingHeader = { ssecast: 1 }
  const all: Progress[] = []
  let latest = 1

  function start(line: RecordingLine): Progress {
    const open: Partial<OpenLine> = line.kind === 'open' ? line : {}
    const asked = line.kind === 'open' || line.kind === 'fault' ? line.lastEventId : undefined
    const connection: RecordedConnection = {
      openedAtMs: line.at,
      waitedMs: open.waitedMs ?? 0,
      status: open.status ?? 200,
      headers: open.headers ?? [['Content-Type', 'text/event-stream']],
      lastEventId: asked || null,
      chunks: [],
      end: { atMs: 0, kind: 'leave', code: null },
    }
    const progress = { connection, isOver: false, lastAt: line.at }
    if (all.push(progress) > limits.connections) {
      throw new LineError(`begins one of more than ${limits.connections} connections`)
    }
    return progress
  }

  function progressOf(line: RecordingLine): Progress {
    const number = line.connection ?? latest
    const found = all[number - 1]
    if (!found && number > all.length + 1) {
      throw new LineError(`is of connection ${number}, after connection ${all.length}`)
    }
    latest = number
    if (!found) return start(line)
    if (line.kind === 'open') throw new LineError('opens a connection that is open already')
    if (found.isOver) throw new LineError('comes after the end of its connection')
    if (line.at < found.lastAt) throw new LineError(`goes back in time, from ${found.lastAt} to ${line.at} ms`)
    return found
  }

  function end(progress: Progress, at: number, kind: RecordedEnd['kind'], code: string | null): void {
    const { connection } = progress
    connection.end = { atMs: at - connection.openedAtMs, kind, code }
    progress.isOver = true
  }

  return {
    begin(first) {
      header = first
    },
    add(line) {
      const progress = progressOf(line)
      const { connection } = progress
      progress.lastAt = line.at
      if (line.kind === 'open') return
      if (line.kind === 'end' || line.kind === 'leave') return end(progress, line.at, line.kind, null)
      if (line.kind === 'fault') return end(progress, line.at, line.fault, line.code ?? null)
      const atMs = line.at - connection.openedAtMs
      connection.chunks.push({ atMs, bytes: bytesOf(line) })
      connection.end.atMs = atMs
    },
    finish: () => ({ header, connections: all.map(({ connection }) => connection) }),
  }
}

function bytesOf(line: Extract<RecordingLine, { kind: 'chunk' | 'event' | 'comment' }>): Uint8Array {
  if (line.kind === 'chunk') return unpackBytes(line)
  try {
    if (line.kind === 'comment') return encodeText(encodeComment(line.text))
    const { event, id, retry, data } = line
    return encodeText(
      encodeEvent({
        ...(event === undefined ? {} : { event }),
        ...(id === undefined ? {} : { id }),
        ...(retry === undefined ? {} : { retry }),
        ...(data === undefined ? {} : { data }),
      }),
    )
  } catch (error) {
    throw new LineError(`is no event that can be sent: ${(error as Error).message}`)
  }
}
