/** Channels by key, made when they are first asked for and gone when they close: one per user, room or document. */
import { expectKnownOptions, type KnownOptions } from '../config/known-options.js'
import type { Duration } from '../config/quantities.js'
import { Channel } from './channel.js'
import type { BroadcastOptions, ChannelOptions } from './channel-options.js'
import { knownChannelOptions, settleChannel } from './channel-settings.js'
import type { DefaultChannelState, DefaultSessionState } from './default-states.js'
import { badOption } from './refuse.js'

/** Options of `createChannelStore`. */
export interface ChannelStoreOptions<State = DefaultChannelState>
  extends Omit<ChannelOptions<State>, 'state' | 'name' | 'emptyTimeout'> {
  /** A channel that has had no session for this long, or never, closes. Default: 1 min. `false`: never. */
  emptyTimeout?: Duration | false | undefined
  /** Goes before the key to make the name on a backbone. Default: nothing. */
  namePrefix?: string | undefined
  /** What belongs to the channel of a key. Default: an empty object. */
  state?: ((key: string) => State) | undefined
}

const { name: _name, ...channelOptions } = knownChannelOptions
const known: KnownOptions<ChannelStoreOptions> = { ...channelOptions, namePrefix: true }

/** Channels by key. Made by `createChannelStore`. */
export class ChannelStore<State = DefaultChannelState, SessionState = DefaultSessionState> {
  readonly #options: ChannelStoreOptions<State>
  readonly #channels = new Map<string, Channel<State, SessionState>>()
  #isClosed = false

  constructor(options: ChannelStoreOptions<State> = {}) {
    expectKnownOptions('createChannelStore', options, known)
    const { state: _state, namePrefix: name = '', ...shared } = options
    settleChannel({ ...shared, name }) // says now what is wrong, and not to the first client
    this.#options = options
  }

  /** Whether the store makes no more channels. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /** How many channels there are now. */
  get size(): number {
    return this.#channels.size
  }

  /**
   * The channel of a key, made now if there is none.
   *
   * @throws SseCoordError when the store is closed, or `key` is no text: clients without one would share a channel.
   */
  get(key: string): Channel<State, SessionState> {
    const existing = this.find(key)
    if (existing) return existing
    if (this.#isClosed) throw badOption('cannot get a channel: the store is closed')
    const { state, namePrefix = '', emptyTimeout = '1m', ...options } = this.#options
    const channel = new Channel<State, SessionState>({
      ...options,
      emptyTimeout,
      name: namePrefix + key,
      ...(state ? { state: state(key) } : {}),
    })
    this.#channels.set(key, channel)
    channel.once('closed', () => {
      if (this.#channels.get(key) === channel) this.#channels.delete(key)
    })
    return channel
  }

  /** The channel of a key if there is one. @throws SseCoordError when `key` is no text */
  find(key: string): Channel<State, SessionState> | undefined {
    if (typeof key !== 'string') throw badOption(`the key of a channel is a text, not ${String(key)}`)
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

  /** Closes all channels, and makes no more. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all([...this.#channels.values()].map((channel) => channel.close()))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

/**
 * Makes a store of channels. A channel of it closes after a minute without a session, unless `emptyTimeout` says otherwise.
 *
 * @throws SseCoordError for an option that there is none of, or that makes no sense.
 */
export function createChannelStore<State = DefaultChannelState, SessionState = DefaultSessionState>(
  options: ChannelStoreOptions<State> = {},
): ChannelStore<State, SessionState> {
  return new ChannelStore(options)
}
