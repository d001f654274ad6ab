/** From arguments to an exit code. The only room that knows of processes, signals and standard output. */
import { CommanderError } from 'commander'
import { SseCoordError } from '../error.js'
import type { Api } from './context.js'
import { outliveErrors, writeAll } from './output.js'
import type { CliProcess } from './process.js'
import { createProgram } from './program.js'
import { showsUnicode } from './terminal.js'
import { describeError } from './write-reports.js'

export type { CliProcess } from './process.js'

/**
 * Runs the command that `process.argv` names, and resolves with the exit code: 0 for nothing to complain of, 1 for
 * findings, 2 where it could not run, 130 after Ctrl-C. Never rejects.
 *
 * @param loadApi the API that does the work; for tests
 */
export async function run(
  process: CliProcess,
  loadApi: () => Promise<Api> = () => import('../index.js'),
): Promise<number> {
  outliveErrors(process.stdout)
  outliveErrors(process.stderr)
  const onFault = (fault: Error) => {
    process.stderr.write(describeFault(fault))
    process.exit(2)
  }
  // Without this Node would end with 1, which says “there are findings”.
  process.on('uncaughtException', onFault)
  try {
    return await runCommand(process, loadApi)
  } catch (error) {
    const unicode = showsUnicode(process.env, process.platform)
    const known = error instanceof SseCoordError ? error : isWithoutFolder(error) ? withoutFolder : undefined
    const text = known ? describeError(known, unicode) : describeFault(error)
    await writeAll(process.stderr, text).catch(() => {})
    return 2
  } finally {
    process.off('uncaughtException', onFault)
  }
}

async function runCommand(process: CliProcess, loadApi: () => Promise<Api>): Promise<number> {
  let exitCode = 0
  let help = ''
  const context = {
    process,
    loadApi,
    finish: (code: number) => {
      exitCode = code
    },
  }
  const program = createProgram(context, (text) => {
    help += text
  })
  const args = process.argv.slice(2)
  try {
    if (args.every((argument) => argument === '--')) program.outputHelp()
    else await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    // The way in which commander says that help or the version was all that was wanted.
    if (!(error instanceof CommanderError && error.exitCode === 0)) throw error
  }
  if (help !== '') await writeAll(process.stdout, help)
  return exitCode
}

const withoutFolder = {
  message: 'The folder that you are in is not there any more.',
  hint: 'Go to another one, or into the one that has its name now: cd "$PWD"',
}

/** Whether Node could not say where we are: somebody has removed or replaced that folder. */
function isWithoutFolder(error: unknown): boolean {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException
  return code === 'ENOENT' && syscall === 'uv_cwd'
}

function describeFault(fault: unknown): string {
  const detail = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)
  return `This is a fault of sse-coord, not of your set-up; please report it with what follows.\n${detail}\n`
}
