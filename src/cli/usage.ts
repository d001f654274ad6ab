/** What commander finds wrong with the arguments, in one sentence each, with a guess at what was meant. */
import type { Command, CommanderError } from 'commander'
import { didYouMean } from '../config/nearest.js'
import { SseCoordError } from '../error.js'

/**
 * @param command the command that was given the arguments
 * @param excess what to say of an argument that the command does not take
 */
export function explainUsage(
  error: CommanderError,
  command: Command,
  excess?: (argument: string) => string,
): SseCoordError {
  return new SseCoordError('bad-option', sentenceFor(error, command, excess), { cause: error })
}

function sentenceFor(error: CommanderError, command: Command, excess?: (argument: string) => string): string {
  const named = /'([\s\S]*)'/.exec(error.message)?.[1] ?? ''
  const help = `see ${pathOf(command)} --help.`
  switch (error.code) {
    case 'commander.unknownOption': {
      const flag = named.split('=')[0] ?? named
      const owner = command.commands.find((sub) => flagsOf(sub).includes(flag))
      if (owner) return `${flag} goes after the command, as in ${pathOf(owner)} ${flag}.`
      return unknown('option', flag, flagsOf(command), help)
    }
    case 'commander.unknownCommand':
      return unknown('command', named, namesOf(command), help)
    case 'commander.help':
      // `help nosuch`, told only by its arguments.
      return unknown('command', command.args[1] ?? '', namesOf(command), help)
    case 'commander.optionMissingArgument':
      return `${named.split(' ').find((part) => part.startsWith('--')) ?? named} needs a value: ${help}`
    case 'commander.missingArgument':
      return `${pathOf(command)} needs its ${named}: ${help}`
    case 'commander.excessArguments':
      return excess?.(command.args[0] ?? '') ?? `${pathOf(command)} takes ${most(command)}: ${help}`
    default:
      return `${error.message.replace(/^error: /, '').replace(/\.?$/, '')}: ${help}`
  }
}

/** How many arguments it takes. */
function most({ registeredArguments: { length } }: Command): string {
  return length === 0 ? 'no argument' : length === 1 ? 'one argument alone' : `${length} arguments at most`
}

function unknown(what: string, word: string, candidates: string[], help: string): string {
  return `Unknown ${what} '${word}'${didYouMean(word, candidates) || `: ${help}`}`
}

function namesOf(command: Command): string[] {
  return command.commands.map((sub) => sub.name())
}

function flagsOf(command: Command): string[] {
  return [...command.options.flatMap(({ long }) => (long ? [long] : [])), '--help']
}

/** `sse-coord doctor`. */
function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name()
}
