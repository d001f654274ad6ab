/** What every command is given: the process it runs in, and the Node API that does the work. */
import type { CliProcess } from './process.js'

export type Api = typeof import('../index.js')

export interface Context {
  process: CliProcess
  /** Loads the API when it is needed, so that `--help` and a mistyped flag answer at once. */
  loadApi: () => Promise<Api>
  /** Where a command leaves its exit code. */
  finish: (exitCode: number) => void
}
