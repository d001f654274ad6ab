/** A set of sessions that get the same events, and the history from which returning clients resume. */
import { EventEmitter } from 'node:events'
import { createFrame, type Frame } from './batch.js'
import type { DefaultChannelState, DefaultSessionState } from './default-states.js'
import { encodeFields } from './encode-fields.js'
import { History, type HistoryEntry } from './history.js'
import { currentPosition, formatPosition, nextPosition } from './position.js'
import { badOption, sessionNotActive } from './refuse.js'
import type { Join } from './resume.js'
import { enqueue, enter, leave, type Membership, type Session } from './session.js'
import type { Sanitizer, Serializer } from './session-options.js'

/** How much a channel remembers. */
export interface HistoryOptions {
  /** Most events remembered. Default: 500. 0 remembers none. */
  size?: number
}

/** Options of `createChannel`. */
export interface ChannelOptions<State = DefaultChannelState> {
  /** What belongs to the channel. Default: an empty object. */
  state?: State
  /** What returning clients can be given. */
  history?: HistoryOptions
  /** How data becomes text. Default: `JSON.stringify`. */
  serializer?: Serializer
  /** Changes the text of fields before they are written. See `SessionOptions.sanitizer`. */
  sanitizer?: Sanitizer
}

/** Options of one broadcast. */
export interface BroadcastOptions<SessionState = DefaultSessionState> {
  /**
   * The event's id. Default: one that is unique, and that tells the event's place among all channels of this process.
   * Your own ids must differ within the channel's history.
   */
  eventId?: string
  /**
   * For sessions with `onSlow: 'conflate'`: newer events of this key make older ones superfluous, such as the ticker's
   * symbol. Default: the event name.
   */
  key?: string
  /** Who gets the event; asked again for sessions that return. Default: everybody. */
  filter?: (session: Session<SessionState>) => boolean
}

/** The events of a channel. */
export interface ChannelEvents<SessionState = DefaultSessionState> {
  'session-registered': [session: Session<SessionState>]
  'session-deregistered': [session: Session<SessionState>]
  /** A registered session's connection closed; `session-deregistered` follows. */
  'session-disconnected': [session: Session<SessionState>]
  broadcast: [data: unknown, eventName: string, eventId: string]
  closed: []
}

/** Many sessions that get the same events. */
export class Channel<State = DefaultChannelState, SessionState = DefaultSessionState> extends EventEmitter<
  ChannelEvents<SessionState>
> {
  /** What belongs to the channel. */
  state: State
  readonly #serializer: Serializer
  readonly #sanitizer: Sanitizer | undefined
  readonly #history: History<Session<SessionState>>
  readonly #members = new Map<Session<SessionState>, Membership>()
  #lastId: string | undefined
  #isClosed = false

  constructor(options: ChannelOptions<State> = {}) {
    super()
    const size = options.history?.size ?? 500
    if (!Number.isSafeInteger(size) || size < 0) throw badOption(`history.size is a number of events, not ${size}`)
    this.state = options.state ?? ({} as State)
    this.#serializer = options.serializer ?? JSON.stringify
    this.#sanitizer = options.sanitizer
    this.#history = new History(size)
  }

  /** How many sessions are registered now. */
  get sessionCount(): number {
    return this.#members.size
  }

  /** The sessions that are registered now. */
  get activeSessions(): readonly Session<SessionState>[] {
    return [...this.#members.keys()]
  }

  /** Whether `session` is registered now. */
  has(session: Session<SessionState>): boolean {
    return this.#members.has(session)
  }

  /**
   * Makes `session` a member until its connection closes. A client that came with a last event ID is first sent what it
   * missed, or a `reset` event when that is no longer known. Register a session that belongs to several channels with all
   * of them in one go, so that what it missed is put in order.
   *
   * @throws SseCoordError when the session is not connected or the channel is closed.
   */
  register(session: Session<SessionState>): this {
    if (this.#isClosed) throw badOption('cannot register a session: the channel is closed')
    if (this.#members.has(session)) return this
    if (!session.isConnected) throw sessionNotActive('register the session with a channel')
    const membership: Membership = {
      onSessionClosed: () => {
        this.emit('session-disconnected', session)
        this.#remove(session)
      },
    }
    this.#members.set(session, membership)
    enter(session, membership, session.lastEventId === '' ? undefined : this.#joinOf(session))
    this.emit('session-registered', session)
    return this
  }

  /** Ends a membership; the session stays open. Does nothing for a session that is no member. */
  deregister(session: Session<SessionState>): this {
    this.#remove(session)
    return this
  }

  /**
   * Sends one event to the members, and remembers it for those who return.
   *
   * @param eventName Default: `message`.
   * @throws SseCoordError when the channel is closed; TypeError when `eventName` or `eventId` holds a line break, `eventId`
   * is empty or holds NUL, or the data cannot be serialised. Nobody gets the event then.
   */
  broadcast(data: unknown, eventName = 'message', options: BroadcastOptions<SessionState> = {}): this {
    if (this.#isClosed) throw badOption('cannot broadcast: the channel is closed')
    const { filter, eventId } = options
    if (eventId === '') throw new TypeError('eventId must not be empty: it would make clients forget where they were')
    const id = eventId ?? formatPosition(currentPosition() + 1)
    const text = encodeFields(data, eventName, id, this.#serializer, this.#sanitizer)
    const frame = createFrame(text, options.key ?? eventName)
    this.#history.append({ position: nextPosition(), id, frame, accepts: filter })
    this.#lastId = id
    if (filter) this.#sendTo(filter, frame, id)
    else for (const session of this.#members.keys()) enqueue(session, frame, id)
    this.emit('broadcast', data, eventName, id)
    return this
  }

  /** Ends the channel. Its sessions are closed, but for those that other channels still write to. */
  async close(): Promise<void> {
    const isFirst = !this.#isClosed
    this.#isClosed = true
    const sessions = this.activeSessions
    for (const session of sessions) this.#remove(session)
    this.#history.clear()
    await Promise.all(sessions.filter((session) => session.channelCount === 0).map((session) => session.close()))
    if (isFirst) this.emit('closed')
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** A filter that throws for one session keeps the event from nobody else. */
  #sendTo(filter: (session: Session<SessionState>) => boolean, frame: Frame, id: string): void {
    const errors: unknown[] = []
    for (const session of this.#members.keys()) {
      try {
        if (filter(session)) enqueue(session, frame, id)
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0) throw errors[0]
  }

  #remove(session: Session<SessionState>): void {
    const membership = this.#members.get(session)
    if (!membership) return
    this.#members.delete(session)
    leave(session, membership)
    this.emit('session-deregistered', session)
  }

  /** The history as it is now, kept until the end of the tick, whatever is broadcast meanwhile. */
  #joinOf(session: Session<SessionState>): Join {
    const history = this.#history
    const { forgottenPosition } = history
    const anchor = history.locate(session.lastEventId)
    const entries = history.after(anchor ?? 0)
    return {
      position: currentPosition(),
      lastId: this.#lastId,
      anchor,
      missedSince: (from) =>
        from < forgottenPosition
          ? undefined
          : entries.filter((entry) => entry.position > from && isFor(entry, session)),
    }
  }
}

function isFor<Audience>(entry: HistoryEntry<Audience>, session: Audience): boolean {
  return !entry.accepts || entry.accepts(session)
}
