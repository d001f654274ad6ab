/** Runs a program to its end, without a shell, and kills it with all its children when told to stop. */
import { spawn } from 'node:child_process'

/** How much of what it says is kept: the end, where the errors are. */
const keptOutputChars = 16 * 1024

/** How long it may take to end in order before it is killed. */
const politeMs = 3000

export interface RunOptions {
  env?: NodeJS.ProcessEnv
  signal?: AbortSignal
  /** Stops it after so long. */
  timeoutMs: number
}

export interface RunResult {
  /** Null when a signal ended it, or when it could not be started. */
  code: number | null
  /** The end of what it wrote, both streams together. */
  output: string
}

export type Run = (command: string, args: string[], options: RunOptions) => Promise<RunResult>

/** Rejects with `signal.reason` when that aborts, once the program is gone; resolves in all other cases. */
export const run: Run = (command, args, { env, signal, timeoutMs }) =>
  new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const child = spawn(command, args, {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(-keptOutputChars)
      })
    }

    let killing: NodeJS.Timeout | undefined
    const send = (name: NodeJS.Signals) => {
      try {
        if (child.pid !== undefined && process.platform !== 'win32') process.kill(-child.pid, name)
        else child.kill(name)
      } catch {
        // It ended meanwhile.
      }
    }
    const stop = () => {
      send('SIGTERM')
      killing ??= setTimeout(() => send('SIGKILL'), politeMs)
    }
    const limit = setTimeout(() => {
      output += `\nstopped after ${timeoutMs / 1000} s`
      stop()
    }, timeoutMs)
    signal?.addEventListener('abort', stop)

    function finish(code: number | null): void {
      clearTimeout(limit)
      clearTimeout(killing)
      signal?.removeEventListener('abort', stop)
      if (signal?.aborted) reject(signal.reason)
      else resolve({ code, output })
    }
    child.once('error', (error) => {
      output += error.message
      if (child.pid === undefined) finish(null)
    })
    child.once('close', (code) => finish(code))
  })
