/** Which processes belong to a browser, asked of `ps`: for macOS and its relatives, which have no /proc. */
import { execFileSync } from 'node:child_process'
import type { ProcessMark } from './process-mark.js'

/**
 * What to ask for. Without `-ww` a line ends at the width of the terminal, or of COLUMNS, which is long before the folder in a
 * browser's command line; with `-E` macOS shows the environment behind the command.
 */
export function psArguments(platform: NodeJS.Platform): string[] {
  return ['-A', ...(platform === 'darwin' ? ['-E'] : []), '-ww', '-o', 'pid=,pgid=,stat=,command=']
}

/** The processes that are alive, but for this one. */
export function processesByPs(mark: ProcessMark): number[] {
  const text = execFileSync('ps', psArguments(process.platform), {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return readPs(text, mark).filter((found) => found !== process.pid)
}

/** Of the lines of `ps` those of the group that the first process leads, and those that name the folder; no zombies. */
export function readPs(text: string, { pid, folder }: ProcessMark): number[] {
  return text
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line))
    .filter((match) => match !== null)
    .filter(([, , group, state, command]) => {
      return !state?.startsWith('Z') && (Number(group) === pid || command?.includes(folder))
    })
    .map((match) => Number(match[1]))
}
