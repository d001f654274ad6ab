/** Where a HAR file goes, and that it is there whole. */
import type { HarLog } from '../../index.js'
import { writeWhole } from '../write-file.js'

/** Writes what has passed so far, into a file of this moment where none is named; resolves with its name. */
export async function writeHar(har: Pick<HarLog, 'read'>, file: string = harName(new Date())): Promise<string> {
  await writeWhole(file, JSON.stringify(har.read(), null, 1))
  return file
}

/** A name in the working folder, in letters that every file system takes. */
export function harName(at: Date): string {
  return `sse-coord-${at.toISOString().slice(0, 19).replaceAll(':', '-')}.har`
}
