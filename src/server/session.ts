/** One open event stream to one client. HTML standard, section 9.2 “Server-sent events”, from the server's side. */
import { expectKnownOptions } from '../config/known-options.js'
import type { Duration } from '../config/quantities.js'
import { createFrame, type Frame } from './batch.js'
import type { DefaultSessionState } from './default-states.js'
import { disconnectEventName } from './dismiss.js'
import { commentText, encodeFields, retryText } from './encode-fields.js'
import { Ending } from './ending.js'
import { EventBuffer } from './event-buffer.js'
import { LazyEmitter } from './lazy-emitter.js'
import { countOf, joined, left, listOf, type Membership, type Memberships } from './memberships.js'
import { noOptions } from './no-options.js'
import type { Outlet } from './outlet.js'
import { sessionNotActive } from './refuse.js'
import type { Join, LogJoin } from './resume.js'
import { Sender } from './sender.js'
import type { SessionEvents, SlowReader } from './session-events.js'
import {
  knownPushOptions,
  type PushOptions,
  type SessionOptions,
  type SessionSettings,
  settle,
} from './session-options.js'
import { eventNameOf, type Source, type SourceOptions, sendAll } from './source.js'
import { flushNow } from './tick.js'
import { totals } from './totals.js'
import { visitAll } from './visit-all.js'

/** Adds a frame to what the session sends next. For channels; not exported from the package, like the two below. */
export let enqueue: <State>(session: Session<State>, frame: Frame, id?: string) => void
/** Tells the session that it joined a channel; `join` is what a client that resumes is answered from. */
export let enter: <State>(
  session: Session<State>,
  membership: Membership<Session<State>>,
  join: Join | LogJoin | undefined,
) => void
/** Tells the session that it left a channel. */
export let leave: <State>(session: Session<State>, membership: Membership<Session<State>>) => void

/** A client that does not come to read what `close()` still had for it is cut off after this time. */
const closeGraceMs = 1000

let partFrom: <State>(session: Session<State>) => void
let cutOff: <State>(session: Session<State>, slow: SlowReader) => void

/** A sender that tells its session. */
class SessionSender<State> extends Sender {
  readonly #session: Session<State>

  constructor(session: Session<State>, outlet: Outlet, settings: SessionSettings) {
    super(outlet, settings, session.lastEventId)
    this.#session = session
  }

  onOpened(): void {
    this.#session.emit('connected')
  }

  onSlow(slow: SlowReader): void {
    this.#session.emit('slow', slow)
  }

  onOverflow(slow: SlowReader): void {
    cutOff(this.#session, slow)
  }

  onLost(): void {
    void this.#session.close()
  }

  onClose(): void {
    partFrom(this.#session)
  }
}

/** One client's stream. Made by `createSession`. */
export class Session<State = DefaultSessionState> extends LazyEmitter<SessionEvents> {
  /** What belongs to this client. */
  state: State
  /** The last event ID that the client came with; the empty string when it has none. */
  readonly lastEventId: string
  readonly #outlet: Outlet
  readonly #settings: SessionSettings
  readonly #sender: SessionSender<State>
  #memberships: Memberships<Session<State>>
  #timeoutTimer: NodeJS.Timeout | undefined
  #ending: Ending | undefined
  #isGone = false

  static {
    enqueue = (session, frame, id) => session.#sender.enqueue(frame, id)
    enter = (session, membership, join) => {
      session.#memberships = joined(session.#memberships, membership)
      if (join) session.#sender.catchUp(session.lastEventId, join)
    }
    leave = (session, membership) => {
      session.#memberships = left(session.#memberships, membership)
    }
    partFrom = (session) => session.#onClose()
    cutOff = (session, slow) => session.#cutOff(slow)
  }

  constructor(outlet: Outlet, lastEventId: string, options: SessionOptions<State> = noOptions) {
    super()
    const settings = settle(options)
    this.lastEventId = options.trustClientEventId === false ? '' : lastEventId
    this.state = options.state ?? ({} as State)
    this.#outlet = outlet
    this.#settings = settings
    this.#sender = new SessionSender(this, outlet, settings)
    if (!outlet.isOpen) {
      this.#isGone = true
      setImmediate(() => this.emit('disconnected'))
      return
    }
    this.#sender.open()
    if (settings.timeoutMs > 0 && !this.#isGone) {
      this.#timeoutTimer = setTimeout(() => void this.close(), settings.timeoutMs)
    }
  }

  /** The id of the last event sent, or else the one that the client came with. */
  get lastId(): string {
    return this.#sender.lastId
  }

  /** Whether the client is there, as far as the network has told. */
  get isConnected(): boolean {
    return this.#sender.isOpen
  }

  /** How many channels the session is registered with. */
  get channelCount(): number {
    return countOf(this.#memberships)
  }

  /** Bytes waiting in the session for a client that does not read. */
  get bufferedBytes(): number {
    return this.#sender.bufferedBytes
  }

  /**
   * Sends one event. Without `id` the client's last event ID stays as it is; such an event is not replayed.
   *
   * @param eventName Default: `message`.
   * @throws SseCoordError when the client has left, or there is no such option; TypeError when `eventName` or `id` holds a
   * line break, `id` holds NUL or is longer than 4 KiB, or the data cannot be serialised. Nothing is sent then.
   */
  push(data: unknown, eventName = 'message', id?: string, options: PushOptions = noOptions): this {
    expectKnownOptions('push', options, knownPushOptions)
    if (!this.isConnected) throw sessionNotActive('push an event')
    const { serializer, sanitizer } = this.#settings
    const text = encodeFields(data, eventName, id, serializer, sanitizer)
    this.#sender.enqueue(createFrame(text, options.key ?? eventName), id)
    return this
  }

  /**
   * Sends a comment, which clients ignore.
   *
   * @throws SseCoordError when the client has left.
   */
  comment(text = ''): this {
    if (!this.isConnected) throw sessionNotActive('send a comment')
    this.#sender.enqueue(createFrame(commentText(text, this.#settings.sanitizer)))
    return this
  }

  /**
   * Tells the client how long to wait before it reconnects, from now on.
   *
   * @throws SseCoordError when the client has left, or `time` is no time.
   */
  retry(time: Duration): this {
    if (!this.isConnected) throw sessionNotActive('send a reconnection time')
    this.#sender.enqueue(createFrame(retryText(time)))
    return this
  }

  /**
   * Sends what `gather` writes into the buffer as one piece once it is done, or nothing when it throws or rejects. (Events
   * of one turn of the event loop leave in one write anyway.) Does nothing when the client leaves meanwhile.
   *
   * @throws SseCoordError when the client has left before, or the batch is larger than `maxBufferedBytes`.
   */
  async batch(gather: (buffer: EventBuffer) => unknown): Promise<void> {
    if (!this.isConnected) throw sessionNotActive('send a batch')
    if (typeof gather !== 'function') throw new TypeError('batch takes a function that gets the buffer to write to')
    const buffer = new EventBuffer(this.#settings)
    await gather(buffer)
    if (buffer.text !== '') this.#sender.enqueue(createFrame(buffer.text), buffer.lastId)
  }

  /**
   * Sends an event for every value, as fast as the client reads. When the client leaves, the iterator is returned. Resolves
   * with true when all was sent, false when the client left; rejects when the source fails.
   *
   * @throws SseCoordError when the client has left before.
   */
  iterate(values: Iterable<unknown> | AsyncIterable<unknown>, options: SourceOptions = noOptions): Promise<boolean> {
    return this.#send(values, eventNameOf('iterate', options))
  }

  /**
   * Sends an event for every chunk of a stream, as fast as the client reads; bytes are read as UTF-8. When the client
   * leaves, the stream is destroyed. Resolves with true when all was sent, false when the client left; rejects when the
   * stream fails.
   *
   * @throws SseCoordError when the client has left before.
   */
  stream(
    readable: NodeJS.ReadableStream | ReadableStream<unknown>,
    options: SourceOptions = noOptions,
  ): Promise<boolean> {
    return this.#send(readable, eventNameOf('stream', options))
  }

  /**
   * Sends the event `disconnect` with `reason` as data, and ends the stream. The page is to take it as the sign to call
   * `close()`, as a stream that merely ends is opened again; whoever opens it again all the same is best answered with
   * `stopReconnecting`.
   *
   * @throws SseCoordError when the client has left before.
   */
  dismiss(reason: unknown = null): Promise<void> {
    this.push(reason, disconnectEventName)
    return this.close()
  }

  /** Resolves when what was pushed has been handed to the network, or the client has left. */
  drained(): Promise<void> {
    return this.#sender.drained()
  }

  /** Sends what is pending and ends the stream. Resolves when the connection has let go of it. */
  close(): Promise<void> {
    if (this.#ending) return this.#ending.gone
    this.#ending = new Ending()
    if (this.#isGone) this.#ending.finish()
    else {
      const isStuck = this.#sender.isBlocked
      flushNow(this.#sender)
      try {
        this.#disconnect()
      } finally {
        this.#ending.begin(this.#outlet, isStuck ? 0 : closeGraceMs)
      }
    }
    return this.#ending.gone
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #send(source: Source, eventName: string): Promise<boolean> {
    if (!this.isConnected) throw sessionNotActive('send a source of events')
    return sendAll(source, {
      isOpen: () => this.isConnected,
      push: (data) => this.push(data, eventName),
      drained: () => this.drained(),
      onGone: (listener) => {
        this.once('disconnected', listener)
        return () => this.off('disconnected', listener)
      },
    })
  }

  #cutOff(slow: SlowReader): void {
    totals.cutOff += 1
    try {
      this.#disconnect(slow)
    } finally {
      this.#outlet.destroy()
    }
  }

  #onClose(): void {
    this.#isGone = true
    this.#disconnect()
    this.#ending?.finish()
  }

  /** From here on nothing more is sent, and nobody holds the session. `slow` says why, where that is the client's pace. */
  #disconnect(slow?: SlowReader): void {
    if (!this.isConnected) return
    this.#sender.stop()
    clearTimeout(this.#timeoutTimer)
    visitAll(
      [
        () => visitAll(listOf(this.#memberships), (membership) => membership.onSessionClosed(this)),
        () => slow && this.emit('slow', slow),
        () => this.emit('disconnected'),
      ],
      (tell) => tell(),
    )
  }
}
