import { existsSync } from 'node:fs'
import path from 'node:path'

/**
 * Whether a program that a test needs is installed. Where `CI` is set a missing one is an error; on a person's machine
 * it is said once and the tests that need it are skipped: `describe.runIf(needs('chromium'))`.
 */
export function needs(program: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/sbin']
  if (folders.some((folder) => folder !== '' && existsSync(path.join(folder, program)))) return true
  const words = `${program} is not installed (npm run setup)`
  if (process.env.CI) throw new Error(words)
  console.warn(`Skipped: ${words}`)
  return false
}
