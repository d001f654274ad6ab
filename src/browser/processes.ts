/**
 * Which processes belong to a browser that we started, and their end. A browser is many processes (renderers, GPU,
 * zygotes, crash handlers), some of which leave its process group; all of them carry the browser's folder in their
 * command line or their environment, or stay in its session.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ProcessMark } from './process-mark.js'
import { processesByPs } from './ps.js'

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return '' // It ended meanwhile, or is another user's.
  }
}

function processesOnLinux({ pid, folder }: ProcessMark): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      // After the command's name, in parentheses: state, parent, group, session.
      const stat = read(`/proc/${name}/stat`)
      const [state, , , session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      // A zombie holds nothing any more, and waits only for a parent that is not us.
      if (state === undefined || state === '' || state === 'Z' || state === 'X') return false
      if (pid !== undefined && Number(session) === pid) return true
      return read(`/proc/${name}/cmdline`).includes(folder) || read(`/proc/${name}/environ`).includes(folder)
    })
    .map(Number)
    .filter((found) => found !== process.pid)
}

/** The processes that are alive. On Windows, which has no such marks, at most the first one. */
export function listProcesses(mark: ProcessMark): number[] {
  if (process.platform === 'linux') return processesOnLinux(mark)
  if (process.platform !== 'win32') return processesByPs(mark)
  return mark.pid === undefined || mark.hasEnded() ? [] : [mark.pid]
}

/** Kills the whole tree at once, without waiting. Never throws: what is gone is gone. */
export function killGroup(pid: number): void {
  try {
    if (process.platform !== 'win32') process.kill(-pid, 'SIGKILL')
    else execFileSync('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true })
  } catch {
    // None of them is left.
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended meanwhile.
  }
}

/** Kills all that belongs to it without waiting, for the moment when this process exits. Never throws. */
export function killNow(mark: ProcessMark): void {
  if (mark.pid !== undefined && !(process.platform === 'win32' && mark.hasEnded())) killGroup(mark.pid)
  if (process.platform === 'win32') return
  try {
    for (const pid of listProcesses(mark)) kill(pid)
  } catch {
    // There is no ps; the group has gone.
  }
}

/**
 * Kills what is left of a browser and waits until it is gone.
 *
 * `graceMs` is how long those that are on their way out (crash handlers end when their browser has) may take before they
 * are killed; 0 kills at once. Resolves with false when some are left after two seconds more: a process that the kernel
 * holds cannot be helped.
 */
export async function endProcesses(mark: ProcessMark, graceMs: number): Promise<boolean> {
  const start = performance.now()
  for (;;) {
    const alive = listProcesses(mark)
    if (alive.length === 0) return true
    const elapsedMs = performance.now() - start
    if (elapsedMs > graceMs + 2000) return false
    if (elapsedMs >= graceMs) {
      if (mark.pid !== undefined && process.platform === 'win32') killGroup(mark.pid)
      for (const pid of alive) kill(pid)
    }
    await sleep(15)
  }
}
