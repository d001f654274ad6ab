/** How long a stream is followed: the options that `tail` and `record` share. */
import { type Command, Option } from 'commander'
import { given } from './given.js'
import { duration, wholeNumber } from './values.js'

/** The flags as commander hands them over. */
export interface FollowFlags {
  count?: number
  for?: number
  reconnect?: boolean
}

const group = 'Until when:'

/** Adds the options to a command. */
export function addFollowOptions(command: Command): void {
  const option = (flags: string, description: string) => new Option(flags, description).helpGroup(group)
  command
    .addOption(
      option('-n, --count <N>', 'stop after so many events').argParser(
        wholeNumber('--count', 1, Number.MAX_SAFE_INTEGER),
      ),
    )
    .addOption(option('--for <time>', 'stop after this time, as in 20s').argParser(duration('--for', '20s', 1)))
    .addOption(option('--reconnect', 'connect again when it ends (default: for GET)'))
    .addOption(option('--no-reconnect', 'one connection alone'))
}

/** Only what was asked for. */
export function readFollow({ count, for: forMs, reconnect }: FollowFlags): FollowFlags {
  return given({ count, for: forMs, reconnect })
}
