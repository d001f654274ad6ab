/**
 * Starts a browser's process in a session of its own and keeps hold of it: what it says, when it ends, and how to end
 * it with all that belongs to it.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { removeBrowserFolder, removeBrowserFolderNow } from './browser-folder.js'
import { endProcesses, killGroup } from './processes.js'

/** How much of a browser's stderr is kept: its beginning tells why it did not start. */
const keptOutputChars = 64 * 1024

/** How long a browser may take to end by itself after it was asked to. */
const politeMs = 1000

/** How long its helpers may take once it has ended. */
const helpersMs = 300

/** A browser's process and its folder. */
export interface BrowserProcess {
  child: ChildProcess
  pid: number | undefined
  /** What it has written to stderr so far, at most 64 KiB. */
  output(): string
  /** Calls back for each line of stderr from now on, until the returned function is called. */
  onLine(listener: (line: string) => void): () => void
  /** Resolves with words for how it ended: “it ended with code 1”. Never rejects. */
  ended: Promise<string>
  /**
   * Ends the browser and removes its folder. `ask` asks it to go; without it, or when it does not go in a second, it is
   * killed.
   */
  end(ask?: () => Promise<unknown>): Promise<void>
}

/** Starts it; a program that cannot be run shows in `ended`. The folder must be the browser's own. */
export function startProcess(executablePath: string, args: string[], folder: string): BrowserProcess {
  const child = spawn(executablePath, args, {
    // A session of its own: Ctrl-C in the terminal reaches us alone, and one signal reaches all of the browser.
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    // Its temporary files go where its profile is. On macOS the path would be too long for the sockets in it.
    env: process.platform === 'linux' ? { ...process.env, TMPDIR: folder } : process.env,
  })
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  const mark = { pid: child.pid, folder, hasEnded }
  const listeners = new Set<(line: string) => void>()
  let output = ''
  let line = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(0, keptOutputChars)
    const lines = (line + text).split('\n')
    line = (lines.pop() ?? '').slice(-keptOutputChars)
    for (const whole of lines) for (const listener of listeners) listener(whole)
  })
  child.stderr?.on('error', () => {})

  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ? `it was ended by ${signal}` : `it ended with code ${code}`))
  })

  function killAll(): void {
    if (child.pid !== undefined && !(process.platform === 'win32' && hasEnded())) killGroup(child.pid)
  }

  // For a process.exit() that nobody saw coming; close() takes this off again.
  const onExit = () => {
    killAll()
    removeBrowserFolderNow(folder)
  }
  process.once('exit', onExit)

  async function end(ask?: () => Promise<unknown>): Promise<void> {
    if (ask && !hasEnded()) {
      ask().catch(() => {}) // It answers, or its connection ends first; both are fine.
      const patience = new AbortController()
      await Promise.race([ended, sleep(politeMs, undefined, { signal: patience.signal }).catch(() => {})])
      patience.abort()
    }
    const wentByItself = child.exitCode !== null
    if (!wentByItself) killAll()
    if (await endProcesses(mark, wentByItself ? helpersMs : 0)) await ended
    for (const stream of child.stdio) stream?.destroy()
    await removeBrowserFolder(folder)
    process.off('exit', onExit)
  }

  return {
    child,
    pid: child.pid,
    output: () => output,
    onLine(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    ended,
    end,
  }
}
