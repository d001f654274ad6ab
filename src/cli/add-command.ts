/** What all commands have alike: `-h`, examples below the help, and mistakes of use told in our words. */
import type { Command } from 'commander'
import { explainUsage } from './usage.js'

/**
 * Adds a command to the program.
 *
 * @param examples what `--help` ends with
 * @param excess what to say of an argument that the command does not take
 */
export function addCommand(
  program: Command,
  name: string,
  examples: string,
  excess?: (argument: string) => string,
): Command {
  const command = program.command(name)
  return command
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', examples)
    .allowExcessArguments(false)
    .exitOverride((error) => {
      throw error.exitCode === 0 ? error : explainUsage(error, command, excess)
    })
}
