/**
 * The few questions that the search for a browser asks of the disk, in one place, so that the search for all platforms
 * can be tried on any.
 */
import { accessSync, constants, readdirSync, readFileSync, statSync } from 'node:fs'

export interface Disk {
  isFile(path: string): boolean
  /** Always true on Windows, where there is no such bit. */
  isExecutable(path: string): boolean
  /** Names in a folder; empty when there is no such folder. */
  list(folder: string): string[]
  /** The text of a file; undefined when it cannot be read. */
  read(path: string): string | undefined
}

/** The disk of this machine. */
export const disk: Disk = {
  isFile(path) {
    try {
      return statSync(path).isFile()
    } catch {
      return false // It is not there, or in a folder that is closed to us.
    }
  },
  isExecutable(path) {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  },
  list(folder) {
    try {
      return readdirSync(folder)
    } catch {
      return []
    }
  },
  read(path) {
    try {
      return readFileSync(path, 'utf8')
    } catch {
      return undefined
    }
  },
}
