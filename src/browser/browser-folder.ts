/**
 * The folder of one browser run: its profile and its temporary files, so that one removal leaves nothing behind.
 */
import { existsSync, rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import path from 'node:path'

/** Where to make it: the temporary folder, except for snaps, which see a private one in its place. */
export function folderBase(executablePath: string, home: string = homedir()): string {
  const snap = /^\/snap\/bin\/([\w-]+)$/.exec(executablePath)?.[1]
  const common = snap && path.join(home, 'snap', snap, 'common')
  return common && existsSync(common) ? common : tmpdir()
}

/** A new folder, `sse-coord-` and six random characters. */
export async function createBrowserFolder(executablePath: string): Promise<string> {
  return mkdtemp(path.join(folderBase(executablePath), 'sse-coord-'))
}

/** Removes it, trying again for a second where a process that is ending still writes into it. */
export async function removeBrowserFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 })
}

/** The same, at once, for the moment when this process exits. */
export function removeBrowserFolderNow(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 20 })
  } catch {
    // Nothing more can be done while exiting.
  }
}
