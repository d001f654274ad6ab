/** A set of sessions that get the same events, and the history from which returning clients resume. */
import { EventEmitter } from 'node:events'
import { createFrame, type Frame } from './batch.js'
import type { DefaultChannelState, DefaultSessionState } from './default-states.js'
import { encodeFields } from './encode-fields.js'
import { History, type HistoryBounds, type HistoryEntry } from './history.js'
import { Members } from './members.js'
import { currentPosition, formatPosition, nextPosition } from './position.js'
import { badOption, sessionNotActive } from './refuse.js'
import type { Join } from './resume.js'
import { enqueue, enter, leave, type Membership, type Session } from './session.js'
import type { Sanitizer, Serializer } from './session-options.js'
import { type Duration, type Size, toBytes, toMs } from './units.js'

/** How much a channel remembers; whichever bound is reached first counts. */
export interface HistoryOptions {
  /** Most events remembered. Default: 500. 0 remembers none. */
  size?: number
  /** How long an event is remembered. Default: without end. */
  maxAge?: Duration
  /** Most bytes of event stream remembered. Default: 16 MiB. */
  maxBytes?: Size
}

/** Options of `createChannel`. */
export interface ChannelOptions<State = DefaultChannelState> {
  /** What belongs to the channel. Default: an empty object. */
  state?: State
  /** What returning clients can be given. */
  history?: HistoryOptions
  /** A channel that has had no session for this long, or never, closes. Default: `false`, never. */
  emptyTimeout?: Duration | false
  /** How data becomes text. Default: `JSON.stringify`. */
  serializer?: Serializer
  /** Changes the text of fields before they are written. See `SessionOptions.sanitizer`. */
  sanitizer?: Sanitizer
}

/** Options of one registration. */
export interface RegisterOptions {
  /** The session gets events of these topics, and events without a topic. Default: all events. */
  topics?: Iterable<string>
}

/** Options of one broadcast. */
export interface BroadcastOptions<SessionState = DefaultSessionState> {
  /**
   * The event's id. Default: one that is unique, and that tells the event's place among all channels of this process.
   * Your own ids must differ within the channel's history.
   */
  eventId?: string
  /** Only for sessions that registered with this topic, or with none. Default: for everybody. */
  topic?: string
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
  /** The channel has ended: by `close()`, or because it was empty for `emptyTimeout`. */
  closed: []
}

/** Many sessions that get the same events. Made by `createChannel`. */
export class Channel<State = DefaultChannelState, SessionState = DefaultSessionState> extends EventEmitter<
  ChannelEvents<SessionState>
> {
  /** What belongs to the channel. */
  state: State
  readonly #serializer: Serializer
  readonly #sanitizer: Sanitizer | undefined
  readonly #history: History<Session<SessionState>>
  readonly #members = new Members<Session<SessionState>, Membership>()
  readonly #emptyTimeoutMs: number
  #emptyTimer: NodeJS.Timeout | undefined
  #lastId: string | undefined
  #isClosed = false
  #closing: Promise<void> | undefined

  constructor(options: ChannelOptions<State> = {}) {
    super()
    const { emptyTimeout = false } = options
    this.state = options.state ?? ({} as State)
    this.#serializer = options.serializer ?? JSON.stringify
    this.#sanitizer = options.sanitizer
    this.#history = new History(boundsOf(options.history ?? {}))
    this.#emptyTimeoutMs = emptyTimeout === false ? 0 : toMs('emptyTimeout', emptyTimeout)
    this.#watchEmptiness()
  }

  /** How many sessions are registered now. */
  get sessionCount(): number {
    return this.#members.size
  }

  /** How many sessions registered with each topic. */
  get topicCounts(): Record<string, number> {
    return this.#members.topicCounts()
  }

  /** The sessions that are registered now. */
  get activeSessions(): readonly Session<SessionState>[] {
    return [...this.#members.sessions()]
  }

  /** Whether the channel has ended. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Whether `session` is registered now. */
  has(session: Session<SessionState>): boolean {
    return this.#members.get(session) !== undefined
  }

  /**
   * Makes `session` a member until its connection closes. A client that came with a last event ID is first sent what it
   * missed, or a `reset` event when that is no longer known. Register a session that belongs to several channels with all
   * of them in one go, so that what it missed is put in order. Does nothing for a session that is a member.
   *
   * @throws SseCoordError when the session is not connected or the channel is closed.
   */
  register(session: Session<SessionState>, options: RegisterOptions = {}): this {
    if (this.isClosed) throw badOption('cannot register a session: the channel is closed')
    if (this.has(session)) return this
    if (!session.isConnected) throw sessionNotActive('register the session with a channel')
    const membership: Membership = {
      onSessionClosed: () => {
        this.emit('session-disconnected', session)
        this.#remove(session)
      },
    }
    const topics = options.topics === undefined ? undefined : new Set(options.topics)
    this.#members.add(session, { membership, topics })
    clearTimeout(this.#emptyTimer)
    enter(session, membership, session.lastEventId === '' ? undefined : this.#joinOf(session, topics))
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
   * is empty or holds NUL, or the data cannot be serialised. Nobody gets the event then. What `filter` throws is thrown
   * again after everybody else got it.
   */
  broadcast(data: unknown, eventName = 'message', options: BroadcastOptions<SessionState> = {}): this {
    if (this.isClosed) throw badOption('cannot broadcast: the channel is closed')
    const { filter, eventId, topic } = options
    if (eventId === '') throw new TypeError('eventId must not be empty: it would make clients forget where they were')
    const id = eventId ?? formatPosition(currentPosition() + 1)
    const text = encodeFields(data, eventName, id, this.#serializer, this.#sanitizer)
    const frame = createFrame(text, options.key ?? eventName)
    this.#history.append({ position: nextPosition(), id, frame, topic, filter })
    this.#lastId = id
    const sessions = topic === undefined ? this.#members.sessions() : this.#members.listening(topic)
    if (filter) sendTo(sessions, filter, frame, id)
    else for (const session of sessions) enqueue(session, frame, id)
    this.emit('broadcast', data, eventName, id)
    return this
  }

  /** Ends the channel. Its sessions are closed, but for those that other channels still write to. */
  close(): Promise<void> {
    this.#closing ??= this.#end()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #end(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#emptyTimer)
    const sessions = this.activeSessions
    for (const session of sessions) this.#remove(session)
    this.#history.clear()
    await Promise.all(sessions.filter((session) => session.channelCount === 0).map((session) => session.close()))
    this.emit('closed')
  }

  #remove(session: Session<SessionState>): void {
    const member = this.#members.get(session)
    if (!member) return
    this.#members.delete(session)
    leave(session, member.membership)
    this.#watchEmptiness()
    this.emit('session-deregistered', session)
  }

  #watchEmptiness(): void {
    if (this.#emptyTimeoutMs === 0 || this.#members.size > 0 || this.#isClosed) return
    clearTimeout(this.#emptyTimer)
    this.#emptyTimer = setTimeout(() => void this.close(), this.#emptyTimeoutMs)
  }

  /** The history as it is now, kept until the end of the tick, whatever is broadcast meanwhile. */
  #joinOf(session: Session<SessionState>, topics: ReadonlySet<string> | undefined): Join {
    const history = this.#history
    history.forgetExpired()
    const { forgottenPosition } = history
    const anchor = history.locate(session.lastEventId)
    const entries = history.after(anchor ?? 0)
    const isFor = ({ topic, filter }: HistoryEntry<Session<SessionState>>): boolean =>
      (topic === undefined || !topics || topics.has(topic)) && (!filter || filter(session))
    return {
      position: currentPosition(),
      lastId: this.#lastId,
      anchor,
      missedSince: (from) =>
        from < forgottenPosition ? undefined : entries.filter((entry) => entry.position > from && isFor(entry)),
    }
  }
}

/** A filter that throws for one session keeps the event from nobody else. */
function sendTo<SessionState>(
  sessions: Iterable<Session<SessionState>>,
  filter: (session: Session<SessionState>) => boolean,
  frame: Frame,
  id: string,
): void {
  const errors: unknown[] = []
  for (const session of sessions) {
    try {
      if (filter(session)) enqueue(session, frame, id)
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length > 0) throw errors[0]
}

function boundsOf({ size = 500, maxAge, maxBytes = '16MiB' }: HistoryOptions): HistoryBounds {
  if (!Number.isSafeInteger(size) || size < 0) throw badOption(`history.size is a number of events, not ${size}`)
  return {
    size,
    maxAgeMs: maxAge === undefined ? Number.POSITIVE_INFINITY : toMs('history.maxAge', maxAge),
    maxBytes: toBytes('history.maxBytes', maxBytes),
  }
}
