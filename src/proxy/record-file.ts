/** One `.ssecast` file that grows while streams run, without making them wait. */
import type { StreamSnapshot } from '../evidence/ledger.js'
import { redactHeaders } from '../evidence/redact.js'
import type { ResponseHead } from '../faults/index.js'
import { tool } from '../package.js'
import { createRecordingFile, packBytes, type RecordingLine } from '../recording/index.js'
import { epochNow } from './clock.js'

/** A recording of one URL, over all its connections. */
export interface StreamFile {
  readonly name: string
  /** Whether the file could be made. */
  readonly isThere: boolean
  /** A connection opens; returns its number. */
  open(stream: StreamSnapshot, head: ResponseHead): number
  chunk(connection: number, bytes: Buffer, at: number): void
  /** It has ended; `null` for one that was still open when the recording ended. */
  end(connection: number, stream: StreamSnapshot | null): void
  close(): Promise<void>
}

/** What a disk that is slower than the streams may leave waiting. */
const mostWaitingBytes = 16_777_216
/** What readers of the format take. */
const mostBytes = 200_000_000

/** Begins a file. Should it be impossible to write, that is told once and nothing more is kept. */
export function createStreamFile(
  name: string,
  { url, startedAt, onNote }: { url: string; startedAt: number; onNote(line: string): void },
): StreamFile {
  let connections = 0
  let waiting = 0
  let written = 0
  let isOver = false
  let isThere = true
  const header = {
    ssecast: 1 as const,
    url,
    method: 'GET',
    startedAt: new Date(startedAt).toISOString(),
    tool: `${tool.name}/${tool.version}`,
  }
  const file = createRecordingFile(name, header)
  let last: Promise<unknown> = file.catch((error) => {
    isThere = false
    give(error)
  })

  function give(error: unknown): void {
    if (!isOver) onNote(error instanceof Error ? error.message : String(error))
    isOver = true
  }

  function write(line: RecordingLine, bytes = 100): void {
    if (isOver) return
    waiting += bytes
    written += bytes
    if (waiting > mostWaitingBytes) give(`The disk is too slow for ${name}: it ends here.`)
    else if (written > mostBytes) give(`${name} is full at ${mostBytes / 1e6} MB: it ends here.`)
    else append(line, bytes)
  }

  function append(line: RecordingLine, bytes: number): void {
    last = last
      .then(async () => (await file).write(line))
      .catch(give)
      .finally(() => {
        waiting -= bytes
      })
  }

  /** Of each connection that is being recorded, the time of its last line. */
  const latest = new Map<number, number>()
  /** Milliseconds since the start; several clocks tell the times of a connection, and none of them may lead back. */
  function timeOf(connection: number, at: number): number {
    const time = Math.max(latest.get(connection) ?? 0, Math.round((at - startedAt) * 10) / 10)
    latest.set(connection, time)
    return time
  }

  return {
    name,
    get isThere() {
      return isThere
    },
    open({ openedAt, resumedAt }, { status, headers }) {
      const connection = ++connections
      write({
        at: timeOf(connection, openedAt),
        connection,
        kind: 'open',
        status,
        headers: redactHeaders(headers),
        ...(resumedAt ? { lastEventId: resumedAt } : {}),
      })
      return connection
    },
    chunk(connection, bytes, at) {
      if (!latest.has(connection)) return // it goes on, and the recording of it has ended
      write({ at: timeOf(connection, at), connection, kind: 'chunk', ...packBytes(bytes) }, bytes.length + 100)
    },
    end(connection, stream) {
      const at = timeOf(connection, stream?.closedAt ?? epochNow())
      latest.delete(connection)
      if (stream?.endedBy !== 'server') write({ at, connection, kind: 'leave' })
      else if (stream.isComplete) write({ at, connection, kind: 'end' })
      else write({ at, connection, kind: 'fault', fault: 'cut' })
    },
    async close() {
      await last
      await file.then(
        (opened) => opened.close(),
        () => {},
      )
    },
  }
}
