/** Writes a recording line by line, as it happens, so that one that breaks off keeps all that came before. */
import { type FileHandle, open, stat } from 'node:fs/promises'
import { SseCoordError } from '../error.js'
import { formatSize } from '../evidence/size.js'
import { limits, type RecordingHeader, type RecordingLine } from './format.js'
import { holdFile } from './hold-file.js'

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
 * @param options.most what the file may hold; by default all that readers take
 * @throws SseCoordError `cannot-write`, as where another recording is being written to the file; also from `write`, as on a
 * full disk, or where the file holds all that readers take
 */
export async function createRecordingFile(
  file: string,
  header: RecordingHeader,
  { force = false, most = limits }: { force?: boolean; most?: typeof limits } = {},
): Promise<RecordingFile> {
  const release = await holdFile(file)
  const handle = await open(file, force ? 'w' : 'wx').catch(async (error) => {
    await release()
    throw cannotWrite(file, (await isFolder(file)) ? { code: 'EISDIR' } : error)
  })
  let [lines, bytes] = [0, 0]
  const append = async (value: RecordingHeader | RecordingLine) => {
    const line = Buffer.from(`${JSON.stringify(value)}\n`)
    lines++
    bytes += line.length
    const { connection = 0, at = 0 } = value as Partial<RecordingLine>
    if (lines > most.lines || bytes > most.fileBytes || connection > most.connections || at > most.atMs)
      throw isFull(file)
    await appendLine(handle, file, line)
  }
  let closed: Promise<void> | undefined
  const close = () => {
    closed ??= handle.close().finally(release)
    return closed
  }
  await append(header).catch(async (error) => {
    await close()
    throw error
  })
  const write = (line: RecordingLine) => append(readable(line))
  return { write, close, [Symbol.asyncDispose]: close }
}

/** A line that readers take: of a crowd of headers those that came first. */
function readable(line: RecordingLine): RecordingLine {
  if (line.kind !== 'open' || !line.headers || line.headers.length <= limits.headers) return line
  return { ...line, headers: line.headers.slice(0, limits.headers) }
}

async function appendLine(handle: FileHandle, file: string, line: Buffer): Promise<void> {
  try {
    await handle.appendFile(line)
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

/** A recording that grew on would be refused by whoever reads it, all of it. */
function isFull(file: string): SseCoordError {
  const { fileBytes, lines, connections } = limits
  const most = [formatSize(fileBytes), `${lines / 1e6} million lines`, `${connections} connections`, 'a month']
  return new SseCoordError('cannot-write', `The recording '${file}' holds as much as can be read, and ends here.`, {
    hint: `What came until now is in it. A recording may hold ${most.slice(0, -1).join(', ')} and ${most.at(-1)}.`,
  })
}

async function isFolder(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined)
  return found?.isDirectory() ?? false
}

/** In one sentence why a recording cannot go to a file. */
export function cannotWrite(file: string, error: unknown): SseCoordError {
  const { code, message } = error as NodeJS.ErrnoException
  const words = `The recording cannot go to '${file}': ${reasons[code ?? ''] ?? message}.`
  const hint = code === 'EEXIST' ? 'Overwrite it with --force, or name another file.' : undefined
  return new SseCoordError('cannot-write', words, { ...(hint ? { hint } : {}), cause: error })
}
