/** Puts lines together to connections, and holds them to their order. */
import { encodeComment, encodeEvent } from '../sse/encode.js'
import { unpackBytes } from './bytes.js'
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

const encoder = new TextEncoder()

export function buildRecording(): RecordingBuilder {
  let header: RecordingHeader = { ssecast: 1 }
  const connections: RecordedConnection[] = []
  let current: RecordedConnection | undefined
  let isOver = false
  let lastAt = 0

  function start(line: RecordingLine): RecordedConnection {
    const open: Partial<OpenLine> = line.kind === 'open' ? line : {}
    const asked = line.kind === 'open' || line.kind === 'fault' ? line.lastEventId : undefined
    isOver = false
    current = {
      openedAtMs: line.at,
      waitedMs: open.waitedMs ?? 0,
      status: open.status ?? 200,
      headers: open.headers ?? [['Content-Type', 'text/event-stream']],
      lastEventId: asked || null,
      chunks: [],
      end: { atMs: 0, kind: 'leave', code: null },
    }
    if (connections.push(current) > limits.connections) {
      throw new LineError(`begins one of more than ${limits.connections} connections`)
    }
    return current
  }

  function connectionOf(line: RecordingLine): RecordedConnection {
    const number = line.connection ?? Math.max(1, connections.length)
    if (number === connections.length && current) {
      if (line.kind === 'open') throw new LineError('opens a connection that is open already')
      if (isOver) throw new LineError('comes after the end of its connection')
      if (line.at < lastAt) throw new LineError(`goes back in time, from ${lastAt} to ${line.at} ms`)
      return current
    }
    if (number === connections.length + 1) return start(line)
    throw new LineError(`is of connection ${number}, after connection ${connections.length}`)
  }

  function end(connection: RecordedConnection, at: number, kind: RecordedEnd['kind'], code: string | null): void {
    connection.end = { atMs: at - connection.openedAtMs, kind, code }
    isOver = true
  }

  return {
    begin(first) {
      header = first
    },
    add(line) {
      const connection = connectionOf(line)
      lastAt = line.at
      if (line.kind === 'open') return
      if (line.kind === 'end' || line.kind === 'leave') return end(connection, line.at, line.kind, null)
      if (line.kind === 'fault') return end(connection, line.at, line.fault, line.code ?? null)
      const atMs = line.at - connection.openedAtMs
      connection.chunks.push({ atMs, bytes: bytesOf(line) })
      connection.end.atMs = atMs
    },
    finish: () => ({ header, connections }),
  }
}

function bytesOf(line: Extract<RecordingLine, { kind: 'chunk' | 'event' | 'comment' }>): Uint8Array {
  if (line.kind === 'chunk') return unpackBytes(line)
  try {
    if (line.kind === 'comment') return encoder.encode(encodeComment(line.text))
    const { event, id, retry, data } = line
    return encoder.encode(
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
