/**
 * One writer at a time for a recording: two would mix their lines. Node has no lock on files that all systems share, so a
 * note in the folder of temporary files says which process writes to which file.
 */
import { createHash, randomUUID } from 'node:crypto'
import { link, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { SseCoordError } from '../error.js'

/** The notes of this process. */
const ours = new Set<string>()

/**
 * Holds a file until it is released. The note of a process that has died counts for nothing; where no note can be left,
 * nothing is held.
 *
 * @returns releases it
 * @throws SseCoordError `cannot-write` where another recording holds it
 */
export async function holdFile(file: string): Promise<() => Promise<void>> {
  const found = await stat(file).catch(() => undefined)
  if (found && !found.isFile()) return async () => {} // a pipe may have many writers
  const note = path.join(os.tmpdir(), `sse-coord-${await keyOf(file)}.writes`)
  if (ours.has(note)) throw isHeld(file, process.pid, note)
  ours.add(note)
  const release = async () => {
    ours.delete(note)
    await rm(note, { force: true }).catch(() => {})
  }
  while (!(await leave(note))) {
    const writer = await writerOf(note)
    if (writer !== null) {
      ours.delete(note)
      throw isHeld(file, writer, note)
    }
    const isGone = await rm(note, { force: true }).then(
      () => true,
      () => false, // another user's
    )
    if (!isGone) break
  }
  return release
}

/** The same for all names of one file. */
async function keyOf(file: string): Promise<string> {
  const absolute = path.resolve(file)
  const inFolder = async () => path.join(await realpath(path.dirname(absolute)), path.basename(absolute))
  const real = await realpath(absolute).catch(() => inFolder().catch(() => absolute))
  return createHash('sha256').update(real).digest('hex').slice(0, 16)
}

/** Leaves the note, whole from its first moment; `false` where there is one. */
async function leave(note: string): Promise<boolean> {
  const draft = `${note}.${randomUUID()}`
  try {
    await writeFile(draft, String(process.pid), { flag: 'wx' })
    await link(draft, note)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'EEXIST'
  } finally {
    await rm(draft, { force: true }).catch(() => {})
  }
}

/** The process that left a note, or `null` where it is gone. */
async function writerOf(note: string): Promise<number | null> {
  try {
    const writer = Number(await readFile(note, 'utf8'))
    if (writer === process.pid || !(Number.isSafeInteger(writer) && writer > 0)) return null // of an earlier process of that number
    return isAlive(writer) ? writer : null
  } catch {
    return null
  }
}

function isAlive(writer: number): boolean {
  try {
    return process.kill(writer, 0) // asks, and ends nothing
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function isHeld(file: string, writer: number, note: string): SseCoordError {
  const words = `The recording cannot go to '${file}': process ${writer} is writing another one to it.`
  return new SseCoordError('cannot-write', words, {
    hint: `Name another file. Should process ${writer} be no sse-coord, delete ${note}`,
  })
}
