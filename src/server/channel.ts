/** A set of sessions that get the same events, and the history from which returning clients resume. */
import { EventEmitter } from 'node:events'
import { ChannelHistory } from './channel-history.js'
import { ChannelLog } from './channel-log.js'
import type { BroadcastOptions, ChannelEvents, ChannelOptions, RegisterOptions } from './channel-options.js'
import { checkBroadcast, checkRegistration, settleChannel } from './channel-settings.js'
import type { DefaultChannelState, DefaultSessionState } from './default-states.js'
import { textFields } from './encode-fields.js'
import { Members } from './members.js'
import type { Membership } from './memberships.js'
import { noOptions } from './no-options.js'
import { badOption, sessionNotActive } from './refuse.js'
import { enter, leave, type Session } from './session.js'
import type { Sanitizer, Serializer } from './session-options.js'
import { topicSet } from './topics.js'
import { warnOnce } from './warn.js'

const howToEnd =
  'where the server ends, look at channel.isClosed before and destroy the response: its client comes back'
const howToHear = 'Listen to “publish-failed” of the channel, or await publish.'

/** Many sessions that get the same events. Made by `createChannel`. */
export class Channel<State = DefaultChannelState, SessionState = DefaultSessionState> extends EventEmitter<
  ChannelEvents<SessionState>
> {
  /** What belongs to the channel. */
  state: State
  readonly #serializer: Serializer
  readonly #sanitizer: Sanitizer | undefined
  readonly #members = new Members<Session<SessionState>>()
  /** One for all sessions: what they call when their connection is gone. */
  readonly #membership: Membership<Session<SessionState>>
  readonly #history: ChannelHistory<SessionState>
  /** In its place, for a channel on a backbone. */
  readonly #log: ChannelLog<SessionState> | undefined
  readonly #emptyTimeoutMs: number
  #emptyTimer: NodeJS.Timeout | undefined
  #isClosed = false
  #closing: Promise<void> | undefined

  constructor(options: ChannelOptions<State> = noOptions) {
    super()
    const { bounds, emptyTimeoutMs, serializer, sanitizer } = settleChannel(options)
    const { state, backbone, name = '' } = options
    this.state = state ?? ({} as State)
    this.#serializer = serializer
    this.#sanitizer = sanitizer
    this.#history = new ChannelHistory(bounds, this.#members)
    this.#emptyTimeoutMs = emptyTimeoutMs
    this.#membership = {
      onSessionClosed: (session) => {
        try {
          this.emit('session-disconnected', session)
        } finally {
          this.#remove(session)
        }
      },
    }
    this.#log = backbone && new ChannelLog(backbone, name, this.#members)
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
    return this.#members.all()
  }

  /** Whether the channel has ended. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Whether `session` is registered now. */
  has(session: Session<SessionState>): boolean {
    return this.#members.has(session)
  }

  /**
   * Makes `session` a member until its connection closes. A client that came with a last event ID is first sent what it
   * missed, or a `reset` event when that is no longer known. Register a session that belongs to several channels with all
   * of them in one go, so that what it missed is put in order. Does nothing for a session that is a member.
   *
   * @throws SseCoordError for what is no session, when the session is not connected, the channel is closed, `topics` is one
   * text, or there is no such option.
   */
  register(session: Session<SessionState>, options: RegisterOptions = noOptions): this {
    checkRegistration(session, options)
    if (this.isClosed) throw badOption('cannot register a session: the channel is closed', howToEnd)
    if (this.has(session)) return this
    if (!session.isConnected) throw sessionNotActive('register the session with a channel')
    const topics = topicSet(options.topics)
    this.#members.add(session, topics)
    clearTimeout(this.#emptyTimer)
    const past = this.#log ?? this.#history
    enter(session, this.#membership, session.lastEventId === '' ? undefined : past.joinOf(session, topics))
    this.emit('session-registered', session)
    return this
  }

  /** Ends a membership; the session stays open. Does nothing for a session that is no member. */
  deregister(session: Session<SessionState>): this {
    this.#remove(session)
    return this
  }

  /**
   * Sends one event to the members, and remembers it for those who return. On a backbone the event is on its way when this
   * returns; should the backbone not take it, `publish-failed` is emitted; where nobody listens, the process warns.
   *
   * @param eventName Default: `message`.
   * @throws SseCoordError when the channel is closed, there is no such option, or `eventId` or `filter` is given on a
   * backbone, which cannot carry them; TypeError when `eventName` or `eventId` holds a line break, `eventId` is empty,
   * holds NUL or is longer than 4 KiB, or the data cannot be serialised. Nobody gets the event then. What `filter` throws
   * is thrown again after everybody else got it.
   */
  broadcast(data: unknown, eventName = 'message', options: BroadcastOptions<SessionState> = noOptions): this {
    checkBroadcast(options)
    if (this.#log) {
      this.#publish(this.#log, data, eventName, options).catch((error: unknown) => {
        if (!this.emit('publish-failed', error, data, eventName))
          warnOnce('An event was not published', error, howToHear)
      })
    } else this.#send(data, eventName, options)
    return this
  }

  /**
   * The same as `broadcast`; resolves with the event's id once the event is remembered, which on a backbone takes a round
   * trip. Rejects where `broadcast` throws, and when the backbone does not take the event.
   */
  async publish(
    data: unknown,
    eventName = 'message',
    options: BroadcastOptions<SessionState> = noOptions,
  ): Promise<string> {
    checkBroadcast(options)
    return this.#log ? this.#publish(this.#log, data, eventName, options) : this.#send(data, eventName, options)
  }

  /** Ends the channel. Its sessions are closed, but for those that other channels still write to. */
  close(): Promise<void> {
    this.#closing ??= this.#end()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #send(data: unknown, eventName: string, options: BroadcastOptions<SessionState>): string {
    if (this.isClosed) throw badOption('cannot broadcast: the channel is closed')
    const id = this.#history.send(data, eventName, options, this.#serializer, this.#sanitizer)
    this.emit('broadcast', data, eventName, id)
    return id
  }

  /** Throws at once what is wrong with the event; the promise is the backbone's. */
  #publish(
    log: ChannelLog<SessionState>,
    data: unknown,
    eventName: string,
    options: BroadcastOptions<SessionState>,
  ): Promise<string> {
    if (this.isClosed) throw badOption('cannot broadcast: the channel is closed')
    const { name, text } = textFields(data, eventName, this.#serializer, this.#sanitizer)
    return log.publish(name, text, options).then((id) => {
      this.emit('broadcast', data, eventName, id)
      return id
    })
  }

  async #end(): Promise<void> {
    this.#isClosed = true
    this.#log?.close()
    clearTimeout(this.#emptyTimer)
    const sessions = this.activeSessions
    for (const session of sessions) this.#remove(session)
    this.#history.clear()
    await Promise.all(sessions.filter((session) => session.channelCount === 0).map((session) => session.close()))
    this.emit('closed')
  }

  #remove(session: Session<SessionState>): void {
    if (!this.has(session)) return
    this.#members.delete(session)
    this.#log?.forget(session)
    leave(session, this.#membership)
    this.#watchEmptiness()
    this.emit('session-deregistered', session)
  }

  #watchEmptiness(): void {
    if (this.#emptyTimeoutMs === 0 || this.#members.size > 0 || this.#isClosed) return
    clearTimeout(this.#emptyTimer)
    this.#emptyTimer = setTimeout(() => void this.close(), this.#emptyTimeoutMs)
  }
}
