/** Writes a recording line by line, as it happens, so that one that breaks off keeps all that came before. */
import { type FileHandle, open } from 'node:fs/promises'
import { SseCoordError } from '../error.js'
import { packBytes } from './bytes.js'
import type { RecordingHeader, RecordingLine } from './format.js'
import { toMicroseconds } from './microseconds.js'
import type { Recording } from './recording.js'

/** A file that grows with its recording. */
export interface RecordingFile {
  /** Resolves when the system has the line. */
  write(line: RecordingLine): Promise<void>
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts a file with its header.
 *
 * @param options.force overwrite a file that is there; without it such a file is left alone
 * @throws SseCoordError `cannot-write`, also from `write`, as on a full disk
 */
export async function createRecordingFile(
  file: string,
  header: RecordingHeader,
  { force = false }: { force?: boolean } = {},
): Promise<RecordingFile> {
  const handle = await open(file, force ? 'w' : 'wx').catch((error) => {
    throw cannotWrite(file, error)
  })
  const append = (value: RecordingHeader | RecordingLine) => appendLine(handle, file, value)
  await append(header).catch(async (error) => {
    await handle.close()
    throw error
  })
  let closed: Promise<void> | undefined
  const close = () => {
    closed ??= handle.close()
    return closed
  }
  return { write: append, close, [Symbol.asyncDispose]: close }
}

/** A whole recording as the text of its file. */
export function formatRecording({ header, connections }: Recording): string {
  const lines: (RecordingHeader | RecordingLine)[] = [header]
  for (const [index, { openedAtMs, chunks, end, ...head }] of connections.entries()) {
    const connection = index + 1
    const { status, headers, waitedMs, lastEventId } = head
    const asked = lastEventId === null ? {} : { lastEventId }
    const hasHead = end.kind !== 'refuse'
    if (hasHead) {
      lines.push({ at: openedAtMs, connection, kind: 'open', status, headers, waitedMs, ...asked })
    }
    const at = (atMs: number) => toMicroseconds(openedAtMs + atMs)
    for (const { atMs, bytes } of chunks) lines.push({ at: at(atMs), connection, kind: 'chunk', ...packBytes(bytes) })
    const last = { at: at(end.atMs), connection }
    if (end.kind === 'end' || end.kind === 'leave') lines.push({ ...last, kind: end.kind })
    else {
      const code = end.code === null ? {} : { code: end.code }
      lines.push({ ...last, kind: 'fault', fault: end.kind, ...code, ...(hasHead ? {} : asked) })
    }
  }
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}

async function appendLine(handle: FileHandle, file: string, value: RecordingHeader | RecordingLine): Promise<void> {
  try {
    await handle.appendFile(`${JSON.stringify(value)}\n`)
  } catch (error) {
    throw cannotWrite(file, error)
  }
}

const reasons: Record<string, string> = {
  EEXIST: 'there is such a file already',
  ENOENT: 'its folder does not exist',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  ENOSPC: 'the disk is full',
  EROFS: 'the file system is read-only',
}

/** In one sentence why a recording cannot go to a file. */
export function cannotWrite(file: string, error: unknown): SseCoordError {
  const { code, message } = error as NodeJS.ErrnoException
  const words = `The recording cannot go to '${file}': ${reasons[code ?? ''] ?? message}.`
  const hint = code === 'EEXIST' ? 'Overwrite it with --force, or name another file.' : undefined
  return new SseCoordError('cannot-write', words, { ...(hint ? { hint } : {}), cause: error })
}
