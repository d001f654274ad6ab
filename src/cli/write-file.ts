/** Files that are there whole or not at all: a reader, such as the next step of a build, never sees half a report. */
import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { access, chmod, realpath, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { renamePatiently } from '../config/rename-patiently.js'
import { SseCoordError } from '../error.js'

/**
 * Asks beforehand whether a file can be written, so that nobody waits for a report that has nowhere to go.
 *
 * @throws SseCoordError with one sentence that says why it cannot
 */
export async function expectWritable(file: string): Promise<void> {
  const found = await stat(file).catch(() => null)
  if (found?.isDirectory()) throw new SseCoordError('cannot-write', `'${file}' cannot be written: it is a folder.`)
  try {
    // The separator makes the system see a plain file in the folder's place for what it is.
    if (!found || found.isFile()) await access(`${path.dirname(path.resolve(file))}${path.sep}`, constants.W_OK)
    if (found) await access(file, constants.W_OK)
  } catch (error) {
    throw cannotWrite(file, error)
  }
}

/**
 * Writes beside the file and renames. What is no plain file (`/dev/stderr`, a pipe) is written to as it is, and a link
 * stays a link.
 *
 * @throws SseCoordError with one sentence that says why it could not
 */
export async function writeWhole(file: string, text: string): Promise<void> {
  const found = await stat(file).catch(() => null)
  try {
    if (found && !found.isFile()) {
      await writeFile(file, text)
      return
    }
    const target = found ? await realpath(file) : file
    const beside = `${target}.${randomUUID()}.tmp`
    try {
      await writeFile(beside, text, { flag: 'wx' })
      if (found) await chmod(beside, found.mode & 0o777)
      await renamePatiently(beside, target)
    } catch (error) {
      await rm(beside, { force: true })
      throw error
    }
  } catch (error) {
    throw cannotWrite(file, error)
  }
}

const reasons: Record<string, string> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder is a file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EBUSY: 'another program has it open',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
}

function cannotWrite(file: string, error: unknown): SseCoordError {
  const { code, message } = error as NodeJS.ErrnoException
  const reason = reasons[code ?? ''] ?? message
  return new SseCoordError('cannot-write', `'${file}' cannot be written: ${reason}.`, { cause: error })
}
