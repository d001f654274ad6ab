/**
 * A command of the user’s: its processes are one group of their own, carry a mark in their environment, and are all gone
 * when it is closed. Its output is handed on, and the end of it kept for messages.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { endProcesses, killNow, listProcesses } from '../browser/index.js'
import { SseCoordError } from '../error.js'
import { splitCommand } from './split-command.js'

/** Characters of output that are kept. */
const keptOutput = 4000
/** How long processes have to end by themselves when they are told to. */
const graceMs = 5000

export interface ChildOptions {
  command: string
  cwd: string
  env: Readonly<Record<string, string | undefined>>
  onOutput?: (text: string) => void
}

export interface Child extends AsyncDisposable {
  readonly pid: number
  /** Resolves when the command has ended: with its exit code, or with 128 and the number of the signal that ended it. */
  ended: Promise<number>
  /** The last lines that it wrote. */
  lastWords(): string
  /** Asks every process of it to end, and ends what is left after five seconds. Resolves when none is left. */
  close(): Promise<void>
}

/** @throws SseCoordError `command-not-started` where there is no such program. */
export async function startChild({ command, cwd, env, onOutput }: ChildOptions): Promise<Child> {
  const mark = `sse-coord-${randomUUID()}`
  const child = launch(command, { cwd, env: { ...env, SSE_COORD_RUN_MARK: mark } })
  let kept = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      kept = (kept + text).slice(-keptOutput)
      onOutput?.(text)
    })
  }
  const ended = new Promise<number>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? 128 + signalNumber(signal)))
  })
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (cause) => reject(notStarted(command, cause)))
  })
  const pid = child.pid ?? 0
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  const all = { pid, folder: mark, hasEnded }
  // For a second Ctrl-C, which waits for nobody: what holds a port must not outlive us.
  const onExit = () => killNow(all)
  process.once('exit', onExit)
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= end(child, all).finally(() => process.off('exit', onExit))
    return closing
  }
  return {
    pid,
    ended,
    lastWords: () => kept.trim().split('\n').slice(-12).join('\n'),
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** Words are started as they are; on Windows, and where the line needs one, by the platform’s shell. */
function launch(command: string, options: { cwd: string; env: Record<string, string | undefined> }): ChildProcess {
  const all = {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  }
  // `npm` and its like are scripts on Windows, which only a shell starts.
  const words = process.platform === 'win32' ? null : splitCommand(command)
  const [file, ...args] = words ?? []
  try {
    return file === undefined ? spawn(command, { ...all, shell: true }) : spawn(file, args, all)
  } catch (cause) {
    throw notStarted(command, cause as Error) // as for a line that is longer than the system takes
  }
}

async function end(child: ChildProcess, mark: { pid: number; folder: string; hasEnded(): boolean }): Promise<void> {
  const isTold = (!mark.hasEnded() || listProcesses(mark).length > 0) && tell(mark.pid)
  const deadline = performance.now() + (isTold ? graceMs : 0)
  while (listProcesses(mark).length > 0 && performance.now() < deadline) await sleep(20)
  await endProcesses(mark, 0)
  child.stdout?.destroy()
  child.stderr?.destroy()
}

/** Asks the whole group to end. False on Windows, where there is no asking: `endProcesses` ends the tree at once. */
function tell(pid: number): boolean {
  if (process.platform === 'win32') return false
  try {
    process.kill(-pid, 'SIGTERM')
  } catch {
    // None of the group is left.
  }
  return true
}

const signalNumbers: Partial<Record<NodeJS.Signals, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGTERM: 15,
}

function signalNumber(signal: NodeJS.Signals | null): number {
  return (signal && signalNumbers[signal]) ?? 0
}

function notStarted(command: string, cause: Error & { code?: string }): SseCoordError {
  const why = cause.code === 'ENOENT' ? 'there is no such program' : cause.message
  return new SseCoordError('command-not-started', `'${command}' could not be started: ${why}.`, {
    hint: 'Try the command by hand in this folder.',
    cause,
  })
}
