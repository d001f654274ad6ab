/**
 * What the command line needs of the process it runs in. Handed in, so that tests run commands without starting a
 * process of their own; Node's `process` fits as it is.
 */

/** Standard output or standard error. */
export interface CliOutput {
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
  readonly rows?: number | undefined
  write(text: string, done?: (error?: Error | null) => void): boolean
  on(event: 'error', listener: (error: Error) => void): unknown
}

/** Standard input, as far as keys are read from it. */
export interface CliInput {
  readonly isTTY?: boolean | undefined
  /** Only terminals have it: whether keys come one at a time, and without echo. */
  setRawMode?(on: boolean): unknown
  on(event: 'data', listener: (chunk: Buffer | string) => void): unknown
  on(event: 'end', listener: () => void): unknown
  off(event: 'data', listener: (chunk: Buffer | string) => void): unknown
  off(event: 'end', listener: () => void): unknown
  resume(): unknown
  pause(): unknown
}

export type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGBREAK'

export interface CliProcess {
  /** As in Node: the executable, the script, then the arguments. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: string
  /** Missing where nobody can press keys. */
  readonly stdin?: CliInput
  readonly stdout: CliOutput
  readonly stderr: CliOutput
  on(event: Signal | 'exit', listener: () => void): unknown
  on(event: 'uncaughtException', listener: (fault: Error) => void): unknown
  off(event: Signal | 'exit', listener: () => void): unknown
  off(event: 'uncaughtException', listener: (fault: Error) => void): unknown
  /** Ends at once. Called for a second Ctrl-C and for a fault outside of any command only. */
  exit(code: number): void
}
