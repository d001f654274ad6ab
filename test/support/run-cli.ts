import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Report } from '../../src/evidence/report.js'
import { processesNaming } from './processes.js'

export const bin: string = fileURLToPath(new URL('../../bin/sse-coord.js', import.meta.url))

/** A run of the command as a process of its own, with a folder for temporary files that nobody else uses. */
export interface CliRun {
  child: ChildProcess
  temporaryFolder: string
  stdout(): string
  stderr(): string
  /** The report of `--reporter json`. */
  report(): Report
  /** Resolves with the exit code. */
  exited: Promise<number | null>
  /** Resolves once `text` stands in stderr. */
  says(text: string | RegExp): Promise<void>
  /** What the run left behind: processes that name its folder, files in it. Removes the folder. */
  leftBehind(): { processes: string[]; files: string[] }
}

/** Starts `sse-coord` with the given arguments. The package must be built. */
export function runCli(args: string[], environment: NodeJS.ProcessEnv = {}, command: string = bin): CliRun {
  const temporaryFolder = mkdtempSync(path.join(os.tmpdir(), 'sse-coord-test-'))
  const child = spawn(process.execPath, [command, ...args], {
    env: { ...process.env, CI: 'true', TMPDIR: temporaryFolder, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve))
  return {
    child,
    temporaryFolder,
    stdout: () => stdout,
    stderr: () => stderr,
    report: () => JSON.parse(stdout) as Report,
    exited,
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (typeof text === 'string' ? stderr.includes(text) : text.test(stderr)) resolve()
        }
        look()
        child.stderr.on('data', look)
        exited.then((code) => reject(new Error(`exited with ${code} before it said ${text}:\n${stderr}`)))
      }),
    leftBehind() {
      const processes = processesNaming(temporaryFolder)
      const files = readdirSync(temporaryFolder)
      rmSync(temporaryFolder, { recursive: true, force: true })
      return { processes, files }
    },
  }
}
