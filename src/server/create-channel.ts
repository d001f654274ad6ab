/** Makes channels; a function beside the class, as for sessions. */
import { Channel, type ChannelOptions, type DefaultChannelState } from './channel.js'
import type { DefaultSessionState } from './session.js'

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
