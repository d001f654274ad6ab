/** Makes channels; a function beside the class, as for sessions. */
import { Channel } from './channel.js'
import type { ChannelOptions } from './channel-options.js'
import type { DefaultChannelState, DefaultSessionState } from './default-states.js'
import { noOptions } from './no-options.js'

/**
 * Makes a channel.
 *
 * @throws SseCoordError for an option that there is none of, or that makes no sense.
 */
export function createChannel<State = DefaultChannelState, SessionState = DefaultSessionState>(
  options: ChannelOptions<State> = noOptions,
): Channel<State, SessionState> {
  return new Channel(options)
}
