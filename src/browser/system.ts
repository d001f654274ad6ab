/** What the search for a browser knows of the machine: platform, environment, home, disk. */
import path from 'node:path'
import { homeFolder } from '../config/home-folder.js'
import { type Disk, disk } from './disk.js'

export interface System {
  platform: NodeJS.Platform
  env: NodeJS.ProcessEnv
  home: string
  disk: Disk
  isRoot: boolean
}

/** This machine, with whatever a caller wants different. */
export function describeSystem(changes: Partial<System> = {}): System {
  return {
    platform: process.platform,
    env: process.env,
    home: homeFolder(),
    disk,
    isRoot: process.getuid?.() === 0,
    ...changes,
  }
}

/** The path rules of that platform, which need not be the one we run on. */
export function pathsOf(system: System): path.PlatformPath {
  return system.platform === 'win32' ? path.win32 : path.posix
}

/**
 * One variable; an empty value is none. On Windows its name is not case-sensitive, and quotes around the value, which `set`
 * takes for a part of it, are none of the path.
 */
export function readVariable(system: System, name: string): string | undefined {
  const value =
    system.env[name] ??
    (system.platform === 'win32'
      ? Object.entries(system.env).find(([key]) => key.toUpperCase() === name.toUpperCase())?.[1]
      : undefined)
  const bare = system.platform === 'win32' ? value?.trim().replace(/^"(.*)"$/, '$1') : value?.trim()
  return bare || undefined
}

/** The first executable of that name on PATH. On Windows `.exe` is added. */
export function findOnPath(system: System, name: string): string | undefined {
  const paths = pathsOf(system)
  const file = system.platform === 'win32' && !/\.exe$/i.test(name) ? `${name}.exe` : name
  return (readVariable(system, 'PATH') ?? '')
    .split(paths.delimiter)
    .filter((folder) => paths.isAbsolute(folder))
    .map((folder) => paths.join(folder, file))
    .find((candidate) => isProgram(system, candidate))
}

/** Whether there is a file that can be run. */
export function isProgram(system: System, file: string): boolean {
  return system.disk.isFile(file) && (system.platform === 'win32' || system.disk.isExecutable(file))
}
