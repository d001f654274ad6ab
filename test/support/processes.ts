import { readdirSync, readFileSync } from 'node:fs'

/** The running processes whose command line contains `text`, as `pid command line`. Linux alone. */
export function processesNaming(text: string): string[] {
  return listProcesses()
    .filter(({ pid, commandLine }) => pid !== process.pid && commandLine.includes(text))
    .map(({ pid, commandLine }) => `${pid} ${commandLine.slice(0, 120)}`)
}

/** The process ids of `ancestor`'s children, their children, and so on. */
export function descendantsOf(ancestor: number): number[] {
  const all = listProcesses()
  const found = [ancestor]
  for (const pid of found) found.push(...all.filter(({ parent }) => parent === pid).map((child) => child.pid))
  return found.slice(1)
}

function listProcesses(): { pid: number; parent: number; commandLine: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const commandLine = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')
        // The second field, the program's name, is in brackets and may hold anything.
        const parent = Number(
          readFileSync(`/proc/${name}/stat`, 'utf8')
            .replace(/^.*\) \S+ /s, '')
            .split(' ')[0],
        )
        return [{ pid: Number(name), parent, commandLine }]
      } catch {
        return [] // ended while we looked
      }
    })
}

/** Ends them at once; one that has gone with its parent is as good as ended. */
export function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
}
