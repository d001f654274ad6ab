/** Makes channels; a function beside the class, as for sessions. */
import { Channel } from './channel.js'
import type { ChannelOptions } from './channel-options.js'
import type { DefaultChannelState, DefaultSessionState } from './default-states.js'

/**
 * Makes a channel.
 *
 * @throws SseCoordError for an option that makes no sense.
 */
export function createChannel<State = DefaultChannelState, SessionState = DefaultSessionState>(
  options: ChannelOptions<State> = {},
): Channel<State, SessionState> {
  return new Channel(options)
}
