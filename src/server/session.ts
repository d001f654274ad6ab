/** One open event stream to one client. HTML standard, section 9.2 “Server-sent events”, from the server's side. */
import { EventEmitter } from 'node:events'
import type { Duration } from '../config/quantities.js'
import { encodeComment } from '../sse/encode.js'
import { type Backlog, createConflatingBacklog, createDroppingBacklog } from './backlog.js'
import { type Batch, createFrame, type Frame } from './batch.js'
import { CatchUp } from './catch-up.js'
import type { DefaultSessionState } from './default-states.js'
import { disconnectEventName } from './dismiss.js'
import { encodeFields } from './encode-fields.js'
import { EventBuffer } from './event-buffer.js'
import { type KeptAlive, keepAlive, letSleep } from './keep-alive.js'
import type { Outlet, OutletListener } from './outlet.js'
import { sessionNotActive } from './refuse.js'
import type { Join, LogJoin, Replay } from './resume.js'
import { retryBatch } from './retry-batch.js'
import type { SessionEvents } from './session-events.js'
import { noOptions, type SessionOptions, type SessionSettings, settle, wholeRetry } from './session-options.js'
import { type Source, type SourceOptions, sendAll } from './source.js'
import { emptyBatch, flushLater, flushSoon } from './tick.js'
import { totals } from './totals.js'

/** Adds a frame to what the session sends next. For channels; not exported from the package, like the two below. */
export let enqueue: <State>(session: Session<State>, frame: Frame, id?: string) => void
/** Tells the session that it joined a channel; `join` is what a client that resumes is answered from. */
export let enter: <State>(
  session: Session<State>,
  membership: Membership<State>,
  join: Join | LogJoin | undefined,
) => void
/** Tells the session that it left a channel. */
export let leave: <State>(session: Session<State>, membership: Membership<State>) => void

/** A channel as a session sees it: somebody to tell when the connection is gone. */
export interface Membership<State = DefaultSessionState> {
  onSessionClosed(session: Session<State>): void
}

/** A client that does not come to read what `close()` still had for it is cut off after this time. */
const closeGraceMs = 1000

/**
 * Enough to write without waiting for the end of the tick. A burst in one turn of the event loop then fills the network
 * and not the memory.
 */
const flushBytes = 64 * 1024

let drain: <State>(session: Session<State>) => void
let closeFrom: <State>(session: Session<State>) => void
let lastWriteOf: <State>(session: Session<State>) => number
let breakSilence: <State>(session: Session<State>) => void

/** What an outlet and the keep-alive clock see of a session. */
class Link<State> implements OutletListener, KeptAlive {
  readonly #session: Session<State>

  constructor(session: Session<State>) {
    this.#session = session
  }

  get lastWriteMs(): number {
    return lastWriteOf(this.#session)
  }

  onDrain(): void {
    drain(this.#session)
  }

  onClose(): void {
    closeFrom(this.#session)
  }

  onSilence(): void {
    breakSilence(this.#session)
  }
}

/** One client's stream. Made by `createSession`. */
export class Session<State = DefaultSessionState> extends EventEmitter<SessionEvents> {
  /** What belongs to this client. */
  state: State
  /** The last event ID that the client came with; the empty string when it has none. */
  readonly lastEventId: string
  /** The id of the last event sent, or else the one that the client came with. */
  lastId: string
  readonly #outlet: Outlet
  readonly #settings: SessionSettings
  #link: Link<State> | undefined
  #timeoutTimer: NodeJS.Timeout | undefined
  #closeTimer: NodeJS.Timeout | undefined
  #lastWriteMs = 0
  #isConnected: boolean
  #isAnnounced = false
  #isBlocked = false
  #isWaitingForFlush = false
  #pending: Batch | undefined
  /** What waits for a client that is not reading, where the policy lets some of it give way. */
  readonly #backlog: Backlog | undefined
  #dropped = 0
  #toldSlow = false
  #drainWaiters: (() => void)[] | undefined
  /** For a client that resumes, until it has what it missed. */
  #catchUp: CatchUp | undefined
  /** Most sessions are in one channel; a set is made for those that are in more. */
  #membership: Membership<State> | undefined
  #moreMemberships: Set<Membership<State>> | undefined
  #gone: Promise<void> | undefined
  #resolveGone: (() => void) | undefined
  #isGone = false

  static {
    drain = (session) => session.#onDrain()
    closeFrom = (session) => session.#onClose()
    lastWriteOf = (session) => session.#lastWriteMs
    breakSilence = (session) => {
      if (!session.#isBlocked) session.#enqueue(emptyComment)
    }
    enqueue = (session, frame, id) => session.#enqueue(frame, id)
    enter = (session, membership, join) => session.#enter(membership, join)
    leave = (session, membership) => session.#leave(membership)
  }

  constructor(outlet: Outlet, lastEventId: string, options: SessionOptions<State> = noOptions) {
    super()
    const settings = settle(options)
    this.#settings = settings
    this.#outlet = outlet
    this.lastEventId = options.trustClientEventId === false ? '' : lastEventId
    this.lastId = this.lastEventId
    this.state = options.state ?? ({} as State)
    this.#backlog =
      settings.onSlow === 'conflate'
        ? createConflatingBacklog()
        : settings.onSlow === 'drop-oldest'
          ? createDroppingBacklog(settings.maxBufferedBytes)
          : undefined
    this.#isConnected = outlet.isOpen
    if (!this.#isConnected) {
      this.#isGone = true
      setImmediate(() => this.emit('disconnected'))
      return
    }
    totals.open += 1
    totals.opened += 1
    const preamble = settings.retryMs === undefined ? undefined : retryBatch(settings.retryMs)
    this.#link = new Link(this)
    outlet.open(preamble, this.#link)
    if (this.#isGone) return
    if (settings.keepAliveMs > 0) {
      this.#lastWriteMs = performance.now()
      keepAlive(settings.keepAliveMs, this.#link)
    }
    if (settings.timeoutMs > 0) this.#timeoutTimer = setTimeout(() => void this.close(), settings.timeoutMs)
    flushLater(this) // tells “connected”
  }

  /** Whether the client is there, as far as the network has told. */
  get isConnected(): boolean {
    return this.#isConnected
  }

  /** How many channels the session is registered with. */
  get channelCount(): number {
    return (this.#membership ? 1 : 0) + (this.#moreMemberships?.size ?? 0)
  }

  /** Bytes waiting in the session for a client that does not read. */
  get bufferedBytes(): number {
    return (this.#pending?.byteLength ?? 0) + (this.#catchUp?.heldBytes ?? 0) + (this.#backlog?.byteLength ?? 0)
  }

  /**
   * Sends one event. Without `id` the client's last event ID stays as it is; such an event is not replayed.
   *
   * @param eventName Default: `message`.
   * @param options.key For `onSlow: 'conflate'`: newer events of this key make older ones superfluous. Default: the event
   * name.
   * @throws SseCoordError when the client has left; TypeError when `eventName` or `id` holds a line break, `id` holds NUL or is
   * longer than 4 KiB, or the data cannot be serialised. Nothing is sent then.
   */
  push(data: unknown, eventName = 'message', id?: string, options: { key?: string } = {}): this {
    if (!this.#isConnected) throw sessionNotActive('push an event')
    const { serializer, sanitizer } = this.#settings
    const text = encodeFields(data, eventName, id, serializer, sanitizer)
    this.#enqueue(createFrame(text, options.key ?? eventName), id)
    return this
  }

  /**
   * Sends a comment, which clients ignore.
   *
   * @throws SseCoordError when the client has left.
   */
  comment(text = ''): this {
    if (!this.#isConnected) throw sessionNotActive('send a comment')
    const { sanitizer } = this.#settings
    this.#enqueue(createFrame(encodeComment(sanitizer ? sanitizer(text, 'comment') : text)))
    return this
  }

  /**
   * Tells the client how long to wait before it reconnects, from now on.
   *
   * @throws SseCoordError when the client has left, or `time` is no time.
   */
  retry(time: Duration): this {
    if (!this.#isConnected) throw sessionNotActive('send a reconnection time')
    this.#enqueue(createFrame(`retry: ${wholeRetry(time)}\n\n`))
    return this
  }

  /**
   * Sends what `gather` writes into the buffer as one piece once it is done, or nothing when it throws or rejects. (Events
   * of one turn of the event loop leave in one write anyway.) Does nothing when the client leaves meanwhile.
   *
   * @throws SseCoordError when the client has left before, or the batch is larger than `maxBufferedBytes`.
   */
  async batch(gather: (buffer: EventBuffer) => unknown): Promise<void> {
    if (!this.#isConnected) throw sessionNotActive('send a batch')
    const buffer = new EventBuffer(this.#settings)
    await gather(buffer)
    if (buffer.text !== '') this.#enqueue(createFrame(buffer.text), buffer.lastId)
  }

  /**
   * Sends an event for every value, as fast as the client reads. When the client leaves, the iterator is returned. Resolves
   * with true when all was sent, false when the client left; rejects when the source fails.
   *
   * @throws SseCoordError when the client has left before.
   */
  iterate(values: Iterable<unknown> | AsyncIterable<unknown>, options: SourceOptions = {}): Promise<boolean> {
    return this.#send(values, options.eventName ?? 'iteration')
  }

  /**
   * Sends an event for every chunk of a stream, as fast as the client reads; bytes are read as UTF-8. When the client
   * leaves, the stream is destroyed. Resolves with true when all was sent, false when the client left; rejects when the
   * stream fails.
   *
   * @throws SseCoordError when the client has left before.
   */
  stream(readable: NodeJS.ReadableStream | ReadableStream<unknown>, options: SourceOptions = {}): Promise<boolean> {
    return this.#send(readable, options.eventName ?? 'stream')
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
    if (!this.#isConnected || !this.#isBlocked) return Promise.resolve()
    return new Promise((resolve) => {
      this.#drainWaiters ??= []
      this.#drainWaiters.push(resolve)
    })
  }

  /** Sends what is pending and ends the stream. Resolves when the connection has let go of it. */
  close(): Promise<void> {
    this.#gone ??= this.#isGone ? Promise.resolve() : new Promise((resolve) => this.#finish(resolve))
    return this.#gone
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #enqueue(frame: Frame, id?: string): void {
    if (!this.#isConnected) return
    if (id !== undefined) this.lastId = id
    if (this.#catchUp) {
      this.#catchUp.hold(frame)
    } else if (this.#isBlocked && this.#backlog) {
      const dropped = this.#backlog.add(frame)
      this.#dropped += dropped
      totals.dropped += dropped
      if (dropped > 0 && !this.#toldSlow) this.#tellSlow()
    } else {
      this.#pending = (this.#pending ?? emptyBatch()).append(frame)
    }
    if (this.#isBlocked || this.#catchUp?.isAsking) {
      if (this.bufferedBytes > this.#settings.maxBufferedBytes) this.#dropSlowReader()
      return
    }
    if (this.bufferedBytes > flushBytes) this.flush()
    else this.#flushSoon()
  }

  #enter(membership: Membership<State>, join: Join | LogJoin | undefined): void {
    if (!this.#membership) this.#membership = membership
    else {
      this.#moreMemberships ??= new Set()
      this.#moreMemberships.add(membership)
    }
    if (!join) return
    this.#catchUp ??= new CatchUp(this.lastEventId)
    this.#catchUp.join(join)
    this.#flushSoon()
  }

  #leave(membership: Membership<State>): void {
    if (this.#membership === membership) this.#membership = undefined
    else this.#moreMemberships?.delete(membership)
  }

  /** Writes what is pending, unless the client is not reading. Called at the end of every tick with something to write. */
  flush(nowMs: number = performance.now()): void {
    this.#isWaitingForFlush = false
    if (this.#catchUp) this.#resume(this.#catchUp)
    const batch = this.#pending
    if (batch && !this.#isBlocked && this.#isConnected) {
      this.#pending = undefined
      if (this.#settings.keepAliveMs > 0) this.#lastWriteMs = nowMs
      this.#isBlocked = !this.#outlet.write(batch)
    }
    if (!this.#isAnnounced && this.#isConnected) {
      this.#isAnnounced = true
      this.emit('connected')
    }
  }

  async #send(source: Source, eventName: string): Promise<boolean> {
    if (!this.#isConnected) throw sessionNotActive('send a source of events')
    return sendAll(source, {
      isOpen: () => this.#isConnected,
      push: (data) => this.push(data, eventName),
      drained: () => this.drained(),
      onGone: (listener) => {
        this.once('disconnected', listener)
        return () => this.off('disconnected', listener)
      },
    })
  }

  #flushSoon(): void {
    if (this.#isWaitingForFlush) return
    this.#isWaitingForFlush = true
    flushSoon(this)
  }

  /** Puts what the client missed before what has come since it joined. */
  #resume(catchUp: CatchUp): void {
    const replays = catchUp.takeReplays()
    if (!(replays instanceof Promise)) {
      if (replays) this.#release(catchUp, replays)
      return
    }
    replays.then(
      (late) => {
        if (!this.#isConnected) return
        this.#release(catchUp, late)
        this.#flushSoon()
      },
      // Nobody can say what the client missed: it keeps its id, and asks again when it comes back.
      () => {
        this.#catchUp = undefined
        void this.close()
      },
    )
  }

  /** Sends replays and then what was held for them; stays with holding when the client joined more channels meanwhile. */
  #release(catchUp: CatchUp, replays: readonly Replay[]): void {
    const held = catchUp.takeHeld()
    if (catchUp.isOver) this.#catchUp = undefined
    for (const { frames, lastId } of replays) {
      if (lastId !== undefined && held.length === 0) this.lastId = lastId
      this.#append(frames)
    }
    this.#append(held)
  }

  #append(frames: readonly Frame[]): void {
    for (const frame of frames) this.#pending = (this.#pending ?? emptyBatch()).append(frame)
  }

  #onDrain(): void {
    if (!this.#isBlocked) return
    this.#isBlocked = false
    this.#toldSlow = false
    this.#append(this.#backlog?.take() ?? [])
    this.flush()
    if (!this.#isBlocked) this.#releaseDrainWaiters()
  }

  #releaseDrainWaiters(): void {
    const waiters = this.#drainWaiters ?? []
    this.#drainWaiters = undefined
    for (const resolve of waiters) resolve()
  }

  #tellSlow(): void {
    this.#toldSlow = true
    this.emit('slow', { bufferedBytes: this.bufferedBytes, dropped: this.#dropped })
  }

  #dropSlowReader(): void {
    const slow = { bufferedBytes: this.bufferedBytes, dropped: this.#dropped }
    totals.cutOff += 1
    this.#disconnect(() => this.emit('slow', slow))
    this.#outlet.destroy()
  }

  #finish(resolve: () => void): void {
    this.#resolveGone = resolve
    const isStuck = this.#isBlocked && this.#isConnected
    if (this.#isConnected) {
      this.flush()
      this.#disconnect()
    }
    this.#outlet.end()
    this.#closeTimer = setTimeout(() => this.#outlet.destroy(), isStuck ? 0 : closeGraceMs)
  }

  #onClose(): void {
    clearTimeout(this.#closeTimer)
    this.#isGone = true
    this.#disconnect()
    this.#resolveGone?.()
  }

  /** From here on nothing more is sent, and nobody holds the session. */
  #disconnect(announce?: () => void): void {
    if (!this.#isConnected) return
    this.#isConnected = false
    totals.open -= 1
    if (this.#link) letSleep(this.#settings.keepAliveMs, this.#link)
    clearTimeout(this.#timeoutTimer)
    this.#pending = undefined
    this.#backlog?.take()
    this.#catchUp = undefined
    this.#membership?.onSessionClosed(this)
    for (const membership of [...(this.#moreMemberships ?? [])]) membership.onSessionClosed(this)
    this.#releaseDrainWaiters()
    announce?.()
    this.emit('disconnected')
  }
}

const emptyComment = createFrame(encodeComment())
