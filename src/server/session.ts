/** One open event stream to one client. HTML standard, section 9.2 “Server-sent events”, from the server's side. */
import { EventEmitter } from 'node:events'
import { encodeComment, encodeEvent } from '../sse/encode.js'
import { type Batch, createFrame, type Frame } from './batch.js'
import type { Outlet } from './outlet.js'
import { badOption, sessionNotActive } from './refuse.js'
import { type Join, replayFor } from './resume.js'
import { emptyBatch, flushSoon } from './tick.js'

/** The type of `session.state` where none is given; widen it for a whole application by module augmentation. */
export interface DefaultSessionState {
  [key: string]: unknown
}

/** Turns what is pushed into the text of `data:` lines. */
export type Serializer = (data: unknown) => string

/** What a session tells of a client that does not read fast enough. */
export interface SlowReader {
  /** Bytes that were waiting for the client. */
  bufferedBytes: number
}

/** The events of a session. */
export interface SessionEvents {
  /** The headers are sent. */
  connected: []
  /** The connection is closed, by whichever side. */
  disconnected: []
  /** The client does not read; see `maxBufferedBytes`. */
  slow: [SlowReader]
}

/** Options that do not depend on what carries the stream. */
export interface SessionOptions<State = DefaultSessionState> {
  /** What belongs to this client: the user, a room. Default: an empty object. */
  state?: State
  /** The reconnection time for the client in milliseconds, sent first. Default: 2000. `false` leaves it to the client. */
  retry?: number | false
  /**
   * A comment is sent whenever the stream has been silent for this many milliseconds, so that proxies do not take it for
   * dead. Default: 15,000. `false` switches it off.
   */
  keepAlive?: number | false
  /**
   * Most bytes that may wait for a client that does not read, beyond what its connection already holds. One that has more
   * waiting is disconnected, after a `slow` event; it comes back and resumes. Default: 1 MiB.
   */
  maxBufferedBytes?: number
  /** How data becomes text. Default: `JSON.stringify`. */
  serializer?: Serializer
}

/** Adds a frame to what the session sends next. For channels; not exported from the package, like the two below. */
export let enqueue: <State>(session: Session<State>, frame: Frame, id?: string) => void
/** Tells the session that it joined a channel; `join` is what a client that resumes is answered from. */
export let enter: <State>(session: Session<State>, membership: Membership, join: Join | undefined) => void
/** Tells the session that it left a channel. */
export let leave: <State>(session: Session<State>, membership: Membership) => void

/** A channel as a session sees it: somebody to tell when the connection is gone. */
export interface Membership {
  onSessionClosed(): void
}

/** A client that does not come to read what `close()` still had for it is cut off after this time. */
const closeGraceMs = 1000

/**
 * Enough to write without waiting for the end of the tick. A burst in one turn of the event loop then fills the network
 * and not the memory.
 */
const flushBytes = 64 * 1024

/** One client's stream. Made by `createSession`. */
export class Session<State = DefaultSessionState> extends EventEmitter<SessionEvents> {
  /** What belongs to this client. */
  state: State
  /** The last event ID that the client came with; the empty string when it has none. */
  readonly lastEventId: string
  /** The id of the last event sent, or else the one that the client came with. */
  lastId: string
  readonly #outlet: Outlet
  readonly #serializer: Serializer
  readonly #maxBufferedBytes: number
  readonly #keepAliveMs: number
  #keepAliveTimer: NodeJS.Timeout | undefined
  #closeTimer: NodeJS.Timeout | undefined
  #lastWriteMs = 0
  #isConnected: boolean
  #isAnnounced = false
  #isBlocked = false
  #isWaitingForFlush = false
  #pending: Batch | undefined
  /** Channels joined in this tick by a client that resumes, and the live frames that come after their replay. */
  #joins: Join[] | undefined
  #held: Frame[] | undefined
  #heldBytes = 0
  readonly #memberships = new Set<Membership>()
  #gone: Promise<void> | undefined
  #resolveGone: (() => void) | undefined
  #isGone = false

  static {
    enqueue = (session, frame, id) => session.#enqueue(frame, id)
    enter = (session, membership, join) => session.#enter(membership, join)
    leave = (session, membership) => {
      session.#memberships.delete(membership)
    }
  }

  constructor(outlet: Outlet, lastEventId: string, options: SessionOptions<State> = {}) {
    super()
    const retryMs = options.retry ?? 2000
    this.#outlet = outlet
    this.lastEventId = lastEventId
    this.lastId = lastEventId
    this.state = options.state ?? ({} as State)
    this.#serializer = options.serializer ?? JSON.stringify
    this.#maxBufferedBytes = options.maxBufferedBytes ?? 1024 * 1024
    this.#keepAliveMs = options.keepAlive === false ? 0 : (options.keepAlive ?? 15_000)
    checkOptions(this.#maxBufferedBytes, this.#keepAliveMs)
    const preamble = retryMs === false ? undefined : retryBatch(retryMs)
    this.#isConnected = outlet.isOpen
    if (!this.#isConnected) {
      this.#isGone = true
      setImmediate(() => this.emit('disconnected'))
      return
    }
    outlet.open(preamble, { onDrain: () => this.#onDrain(), onClose: () => this.#onClose() })
    if (this.#keepAliveMs > 0) {
      this.#lastWriteMs = performance.now()
      this.#keepAliveTimer = setTimeout(() => this.#keepAlive(), this.#keepAliveMs)
    }
    this.#flushSoon()
  }

  /** Whether the client is there, as far as the network has told. */
  get isConnected(): boolean {
    return this.#isConnected
  }

  /** How many channels the session is registered with. */
  get channelCount(): number {
    return this.#memberships.size
  }

  /** Bytes waiting in the session for a client that does not read. */
  get bufferedBytes(): number {
    return (this.#pending?.byteLength ?? 0) + this.#heldBytes
  }

  /**
   * Sends one event. Without `id` the client's last event ID stays as it is; such an event is not replayed.
   *
   * @param eventName Default: `message`.
   * @throws SseCoordError when the client has left; TypeError when `eventName` or `id` holds a line break, `id` holds NUL,
   * or the data cannot be serialised. Nothing is sent then.
   */
  push(data: unknown, eventName?: string, id?: string): this {
    if (!this.#isConnected) throw sessionNotActive('push an event')
    this.#enqueue(createFrame(encodeFields(this.#serializer, data, eventName, id)), id)
    return this
  }

  /**
   * Sends a comment, which clients ignore.
   *
   * @throws SseCoordError when the client has left.
   */
  comment(text = ''): this {
    if (!this.#isConnected) throw sessionNotActive('send a comment')
    this.#enqueue(createFrame(encodeComment(text)))
    return this
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
    if (this.#held) {
      this.#held.push(frame)
      this.#heldBytes += frame.byteLength
    } else {
      this.#pending = (this.#pending ?? emptyBatch()).append(frame)
    }
    if (this.#isBlocked) {
      if (this.bufferedBytes > this.#maxBufferedBytes) this.#dropSlowReader()
      return
    }
    if (this.bufferedBytes > flushBytes) this.flush()
    else this.#flushSoon()
  }

  #enter(membership: Membership, join: Join | undefined): void {
    this.#memberships.add(membership)
    if (!join) return
    this.#joins ??= []
    this.#joins.push(join)
    this.#held ??= []
    this.#flushSoon()
  }

  /** Writes what is pending, unless the client is not reading. Called at the end of every tick with something to write. */
  flush(): void {
    this.#isWaitingForFlush = false
    if (this.#joins) this.#resume(this.#joins)
    const batch = this.#pending
    if (batch && !this.#isBlocked && this.#isConnected) {
      this.#pending = undefined
      if (this.#keepAliveMs > 0) this.#lastWriteMs = performance.now()
      this.#isBlocked = !this.#outlet.write(batch)
    }
    if (!this.#isAnnounced && this.#isConnected) {
      this.#isAnnounced = true
      this.emit('connected')
    }
  }

  #flushSoon(): void {
    if (this.#isWaitingForFlush) return
    this.#isWaitingForFlush = true
    flushSoon(this)
  }

  /** Puts what the client missed before what has come since it joined. */
  #resume(joins: Join[]): void {
    const held = this.#held ?? []
    this.#joins = undefined
    this.#held = undefined
    this.#heldBytes = 0
    const replay = replayFor(this.lastEventId, joins)
    if (replay.lastId !== undefined && held.length === 0) this.lastId = replay.lastId
    for (const frame of [...replay.frames, ...held]) this.#pending = (this.#pending ?? emptyBatch()).append(frame)
  }

  #keepAlive(): void {
    const idleMs = performance.now() - this.#lastWriteMs
    const leftMs = this.#keepAliveMs - idleMs
    if (leftMs <= 0 && !this.#isBlocked) this.#enqueue(emptyComment)
    this.#keepAliveTimer = setTimeout(() => this.#keepAlive(), leftMs <= 0 ? this.#keepAliveMs : Math.ceil(leftMs))
  }

  #onDrain(): void {
    this.#isBlocked = false
    this.flush()
  }

  #dropSlowReader(): void {
    const { bufferedBytes } = this
    this.#disconnect(() => this.emit('slow', { bufferedBytes }))
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
    clearTimeout(this.#keepAliveTimer)
    this.#pending = undefined
    this.#held = undefined
    this.#heldBytes = 0
    this.#joins = undefined
    for (const membership of [...this.#memberships]) membership.onSessionClosed()
    this.#memberships.clear()
    announce?.()
    this.emit('disconnected')
  }
}

const emptyComment = createFrame(encodeComment())

/** The fields of one event as text. */
export function encodeFields(serializer: Serializer, data: unknown, eventName?: string, id?: string): string {
  const text: unknown = serializer(data)
  if (typeof text !== 'string') {
    throw new TypeError(`data of type ${typeof data} has no text: push something that can be serialised, such as null`)
  }
  const fields: { data: string; event?: string; id?: string } = { data: text }
  if (eventName !== undefined && eventName !== 'message') fields.event = eventName
  if (id !== undefined) fields.id = id
  return encodeEvent(fields)
}

const retryBatches = new Map<number, Batch>()

/** Most connections ask for the same reconnection time; its bytes are made once. */
function retryBatch(retryMs: number): Batch {
  let batch = retryBatches.get(retryMs)
  if (!batch) {
    if (!Number.isSafeInteger(retryMs) || retryMs < 0) {
      throw badOption(`retry is a whole number of milliseconds, zero or more, or false, not ${retryMs}`)
    }
    batch = emptyBatch().append(createFrame(`retry: ${retryMs}\n\n`))
    if (retryBatches.size >= 100) retryBatches.clear()
    retryBatches.set(retryMs, batch)
  }
  return batch
}

function checkOptions(maxBufferedBytes: number, keepAliveMs: number): void {
  if (!(maxBufferedBytes > 0))
    throw badOption(`maxBufferedBytes is a number of bytes above zero, not ${maxBufferedBytes}`)
  if (!(keepAliveMs >= 0 && keepAliveMs <= 2 ** 31 - 1)) {
    throw badOption(`keepAlive is a number of milliseconds up to 2^31 - 1, or false, not ${keepAliveMs}`)
  }
}
