/** Tells whether a file has changed, without reading it. */
import { statSync } from 'node:fs'

/** Differs when the file does, as far as its folder tells. */
export function stampOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false })
  return stats ? `${stats.ino} ${stats.size} ${stats.mtimeMs}` : 'gone'
}
