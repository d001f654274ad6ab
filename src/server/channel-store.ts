/** Channels by key, made when they are first asked for and gone when they close: one per user, room or document. */
import { Channel } from './channel.js'
import type { BroadcastOptions, ChannelOptions } from './channel-options.js'
import type { DefaultChannelState, DefaultSessionState } from './default-states.js'

/** Options of `createChannelStore`. */
export interface ChannelStoreOptions<State = DefaultChannelState>
  extends Omit<ChannelOptions<State>, 'state' | 'name'> {
  /** Goes before the key to make the name on a backbone. Default: nothing. */
  namePrefix?: string
  /** What belongs to the channel of a key. Default: an empty object. */
  state?: (key: string) => State
}

/** Channels by key. Made by `createChannelStore`. */
export class ChannelStore<State = DefaultChannelState, SessionState = DefaultSessionState> {
  readonly #options: ChannelStoreOptions<State>
  readonly #channels = new Map<string, Channel<State, SessionState>>()

  constructor(options: ChannelStoreOptions<State> = {}) {
    this.#options = options
  }

  /** How many channels there are now. */
  get size(): number {
    return this.#channels.size
  }

  /** The channel of a key, made now if there is none. */
  get(key: string): Channel<State, SessionState> {
    const existing = this.#channels.get(key)
    if (existing && !existing.isClosed) return existing
    const { state, namePrefix = '', ...options } = this.#options
    const channel = new Channel<State, SessionState>({
      emptyTimeout: '1m',
      ...options,
      name: namePrefix + key,
      ...(state ? { state: state(key) } : {}),
    })
    this.#channels.set(key, channel)
    channel.once('closed', () => {
      if (this.#channels.get(key) === channel) this.#channels.delete(key)
    })
    return channel
  }

  /** The channel of a key if there is one. */
  find(key: string): Channel<State, SessionState> | undefined {
    const channel = this.#channels.get(key)
    return channel?.isClosed ? undefined : channel
  }

  /** Whether somebody is connected to the channel of a key. */
  isOnline(key: string): boolean {
    return (this.find(key)?.sessionCount ?? 0) > 0
  }

  /**
   * Broadcasts to the channel of a key, if there is one; one that has just become empty still remembers the event for a
   * client that returns. Answers whether there was a channel.
   */
  broadcast(key: string, data: unknown, eventName?: string, options?: BroadcastOptions<SessionState>): boolean {
    const channel = this.find(key)
    channel?.broadcast(data, eventName, options)
    return channel !== undefined
  }

  /** The channels there are now, by key. */
  entries(): IterableIterator<[key: string, channel: Channel<State, SessionState>]> {
    return this.#channels.entries()
  }

  /** Closes all channels. */
  async close(): Promise<void> {
    await Promise.all([...this.#channels.values()].map((channel) => channel.close()))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

/**
 * Makes a store of channels. A channel of it closes after a minute without a session, unless `emptyTimeout` says otherwise.
 *
 * @throws SseCoordError, when the first channel is made, for an option that makes no sense.
 */
export function createChannelStore<State = DefaultChannelState, SessionState = DefaultSessionState>(
  options: ChannelStoreOptions<State> = {},
): ChannelStore<State, SessionState> {
  return new ChannelStore(options)
}
