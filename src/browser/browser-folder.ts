/**
 * The folder of one browser run: its profile and its temporary files, so that one removal leaves nothing behind.
 */
import { existsSync, rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { homeFolder } from '../config/home-folder.js'
import { SseCoordError } from '../error.js'

/** Where to make it: the temporary folder, except for snaps, which see a private one in its place. */
export function folderBase(executablePath: string, home: string = homeFolder()): string {
  const snap = /^\/snap\/bin\/([\w-]+)$/.exec(executablePath)?.[1]
  const common = snap && path.join(home, 'snap', snap, 'common')
  return common && existsSync(common) ? common : tmpdir()
}

/**
 * A new folder, `sse-coord-` and six random characters.
 *
 * @throws SseCoordError `browser-not-started` where the temporary folder is missing or closed to us.
 */
export async function createBrowserFolder(executablePath: string): Promise<string> {
  const base = folderBase(executablePath)
  try {
    return await mkdtemp(path.join(base, 'sse-coord-'))
  } catch (cause) {
    const words = `The browser needs a folder of its own, and none can be made in '${base}': ${whyUnmade(cause)}.`
    throw new SseCoordError('browser-not-started', words, {
      hint: `Name a folder that you may write to in ${process.platform === 'win32' ? 'TEMP' : 'TMPDIR'}.`,
      cause,
    })
  }
}

const reasons: Record<string, string> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'it is a file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
}

function whyUnmade(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return reasons[code ?? ''] ?? message
}

/** Windows keeps what is open, for as long as a scanner or a helper of the browser holds it: some seconds there, else one. */
const patience = { maxRetries: 10, retryDelay: process.platform === 'win32' ? 100 : 20 }

/**
 * Removes it, trying again where a process that is ending still holds it. What is in use after that is tried once more when
 * this process exits: a run is not lost for a folder in the temporary one.
 */
export async function removeBrowserFolder(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true, ...patience })
  } catch {
    process.once('exit', () => removeBrowserFolderNow(folder))
  }
}

/** The same, at once, for the moment when this process exits. */
export function removeBrowserFolderNow(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 20 })
  } catch {
    // Nothing more can be done while exiting.
  }
}
