/** The commands and what `--help` says of them. */
import { Command } from 'commander'
import { tool } from '../package.js'
import { addCheck } from './commands/check.js'
import { addDoctor } from './commands/doctor.js'
import { addExplain } from './commands/explain.js'
import { addInfo } from './commands/info.js'
import { addInit } from './commands/init.js'
import { addMock } from './commands/mock.js'
import { addProxy } from './commands/proxy.js'
import { addRecord } from './commands/record.js'
import { addTail } from './commands/tail.js'
import type { Context } from './context.js'
import { explainUsage } from './usage.js'

const examples = `
Start with:
  $ sse-coord doctor               see the limit in your browser, and the cure
  $ sse-coord doctor URL           what is wrong with a stream of yours
  $ sse-coord doctor --help        everything that doctor can do
`

/**
 * @param writeOut takes the text of `--help` and `--version`. What is wrong with the arguments is thrown, as an
 *   `SseCoordError` with one sentence.
 */
export function createProgram(context: Context, writeOut: (text: string) => void): Command {
  const program = new Command(tool.name)
  program
    .description(
      'See, prove and fix the SSE connection limit: browsers give a page six HTTP/1.1\nconnections per origin, for all its tabs together.',
    )
    .usage('<command> [options]')
    .version(tool.version, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .configureOutput({
      writeOut,
      writeErr: writeOut,
      outputError: () => {},
      getOutHelpWidth: () => 80,
      getErrHelpWidth: () => 80,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText('after', examples)
    .exitOverride((error) => {
      throw error.exitCode === 0 ? error : explainUsage(error, program)
    })
  addDoctor(program, context)
  addCheck(program, context)
  addMock(program, context)
  addProxy(program, context)
  addTail(program, context)
  addRecord(program, context)
  addInit(program, context)
  addExplain(program, context)
  addInfo(program, context)
  return program
}
