/** What can be asked of a channel, of a registration and of a broadcast, and what a channel tells. */
import type { Duration, Size } from '../config/quantities.js'
import type { Backbone } from './backbone.js'
import type { DefaultChannelState, DefaultSessionState } from './default-states.js'
import type { Session } from './session.js'
import type { Sanitizer, Serializer } from './session-options.js'

/** How much a channel remembers; whichever bound is reached first counts. */
export interface HistoryOptions {
  /** Most events remembered. Default: 500. 0 remembers none. */
  size?: number | undefined
  /** How long an event is remembered. Default: without end. */
  maxAge?: Duration | undefined
  /** Most bytes of event stream remembered. Default: 16 MiB. */
  maxBytes?: Size | undefined
}

/** Options of `createChannel`. */
export interface ChannelOptions<State = DefaultChannelState> {
  /** What belongs to the channel. Default: an empty object. */
  state?: State | undefined
  /** What returning clients can be given. With a backbone, that is for the backbone to say. */
  history?: HistoryOptions | undefined
  /**
   * Shares the channel with the channels of the same name on other servers. A session that is to resume exactly is
   * registered with channels of one backbone, or with channels without one, not with both.
   */
  backbone?: Backbone | undefined
  /** The channel's name on the backbone. */
  name?: string | undefined
  /** A channel that has had no session for this long, or never, closes. Default: `false`, never. */
  emptyTimeout?: Duration | false | undefined
  /** How data becomes text. Default: JSON; bytes and promises are refused. */
  serializer?: Serializer | undefined
  /** Changes the text of fields before they are written. See `SessionOptions.sanitizer`. */
  sanitizer?: Sanitizer | undefined
}

/** Options of one registration. */
export interface RegisterOptions {
  /** The session gets events of these topics, and events without a topic. Default: all events. */
  topics?: Iterable<string> | undefined
}

/** Options of one broadcast. */
export interface BroadcastOptions<SessionState = DefaultSessionState> {
  /**
   * The event's id. Default: one that is unique, and that tells the event's place among all channels of this process.
   * Your own ids must differ within the channel's history.
   */
  eventId?: string | undefined
  /** Only for sessions that registered with this topic, or with none. Default: for everybody. */
  topic?: string | undefined
  /**
   * For sessions with `onSlow: 'conflate'`: newer events of this key make older ones superfluous, such as the ticker's
   * symbol. Default: the event name.
   */
  key?: string | undefined
  /** Who gets the event; asked again for sessions that return. Default: everybody. */
  filter?: ((session: Session<SessionState>) => boolean) | undefined
}

/** The events of a channel. */
export interface ChannelEvents<SessionState = DefaultSessionState> {
  'session-registered': [session: Session<SessionState>]
  'session-deregistered': [session: Session<SessionState>]
  /** A registered session's connection closed; `session-deregistered` follows. */
  'session-disconnected': [session: Session<SessionState>]
  broadcast: [data: unknown, eventName: string, eventId: string]
  /** The backbone did not take an event that `broadcast` was given. (`publish` rejects instead.) */
  'publish-failed': [error: unknown, data: unknown, eventName: string]
  /** The channel has ended: by `close()`, or because it was empty for `emptyTimeout`. */
  closed: []
}
