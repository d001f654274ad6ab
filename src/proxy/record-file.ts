/** One `.ssecast` file that grows while streams run, without making them wait. */
import type { StreamSnapshot } from '../evidence/ledger.js'
import { redactHeaders } from '../evidence/redact.js'
import type { ResponseHead } from '../faults/index.js'
import { tool } from '../package.js'
import { createRecordingFile, packBytes, type RecordingLine } from '../recording/index.js'

/** A recording of one URL, over all its connections. */
export interface StreamFile {
  readonly name: string
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
  const header = {
    ssecast: 1 as const,
    url,
    method: 'GET',
    startedAt: new Date(startedAt).toISOString(),
    tool: `${tool.name}/${tool.version}`,
  }
  const file = createRecordingFile(name, header)
  let last: Promise<unknown> = file.catch(give)

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

  const sinceStart = (at: number): number => Math.max(0, Math.round((at - startedAt) * 10) / 10)
  return {
    name,
    open({ openedAt, resumedAt }, { status, headers }) {
      const connection = ++connections
      write({
        at: sinceStart(openedAt),
        connection,
        kind: 'open',
        status,
        headers: redactHeaders(headers),
        ...(resumedAt ? { lastEventId: resumedAt } : {}),
      })
      return connection
    },
    chunk: (connection, bytes, at) =>
      write({ at: sinceStart(at), connection, kind: 'chunk', ...packBytes(bytes) }, bytes.length + 100),
    end(connection, stream) {
      const at = sinceStart(stream?.closedAt ?? Date.now())
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
