/** How frames get to one client: in one write per turn of the event loop, and in none while it does not read. */
import { encodeComment } from '../sse/encode.js'
import { type Batch, createFrame, type Frame } from './batch.js'
import { CatchUp } from './catch-up.js'
import { type KeptAlive, keepAlive, letSleep } from './keep-alive.js'
import { Lag } from './lag.js'
import type { Outlet, OutletListener } from './outlet.js'
import type { Join, LogJoin, Replay } from './resume.js'
import { retryBatch } from './retry-batch.js'
import type { SlowReader } from './session-events.js'
import type { SessionSettings } from './session-options.js'
import { emptyBatch, type Flushable, flushLater, flushSoon, wholeNow } from './tick.js'
import { totals } from './totals.js'

/**
 * Enough to write without waiting for the end of the tick. A burst in one turn of the event loop then fills the network
 * and not the memory.
 */
const flushBytes = 64 * 1024

const emptyComment = createFrame(encodeComment())

/** One client's way out, from `open` to `stop`. Whoever extends it is told what becomes of it. */
export abstract class Sender implements OutletListener, KeptAlive, Flushable {
  /** The id of the last event sent, or else the one that the client came with. */
  lastId: string
  /** By `wholeNow()`; 0 where nothing is kept alive. */
  lastWriteMs = 0
  readonly #outlet: Outlet
  readonly #settings: SessionSettings
  #isOpen = false
  #isBlocked = false
  #isWaitingForFlush = false
  #isAnnounced = false
  #pending: Batch | undefined
  /** For a client that resumes, until it has what it missed. */
  #catchUp: CatchUp | undefined
  #lag: Lag | undefined

  constructor(outlet: Outlet, settings: SessionSettings, lastId: string) {
    this.#outlet = outlet
    this.#settings = settings
    this.lastId = lastId
  }

  /** The stream is open; told some milliseconds after it was opened. */
  protected abstract onOpened(): void
  /** Events give way to others, as the client does not read. */
  protected abstract onSlow(slow: SlowReader): void
  /** More waits for the client than may. */
  protected abstract onOverflow(slow: SlowReader): void
  /** Nobody can say what the client missed. */
  protected abstract onLost(): void
  abstract onClose(): void

  /** Whether frames can be sent. */
  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Whether the client is not reading. */
  get isBlocked(): boolean {
    return this.#isBlocked
  }

  /** Bytes waiting here for a client that does not read. */
  get bufferedBytes(): number {
    return (this.#pending?.byteLength ?? 0) + (this.#catchUp?.heldBytes ?? 0) + (this.#lag?.byteLength ?? 0)
  }

  /** Sends the head and the reconnection time. */
  open(): void {
    const { retryMs, keepAliveMs } = this.#settings
    this.#isOpen = true
    totals.open += 1
    totals.opened += 1
    this.#outlet.open(retryMs === undefined ? undefined : retryBatch(retryMs), this)
    if (!this.#isOpen) return
    if (keepAliveMs > 0) {
      this.lastWriteMs = wholeNow()
      keepAlive(keepAliveMs, this)
    }
    flushLater(this) // tells `onOpened`
  }

  /** Sends nothing more, and forgets what waits. */
  stop(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    totals.open -= 1
    letSleep(this.#settings.keepAliveMs, this)
    this.#pending = undefined
    this.#catchUp = undefined
    this.#lag?.take()
    this.#lag?.release()
  }

  /** Adds a frame to what is sent next. */
  enqueue(frame: Frame, id?: string): void {
    if (!this.#isOpen) return
    if (id !== undefined) this.lastId = id
    if (this.#catchUp) this.#catchUp.hold(frame)
    else if (this.#isBlocked && this.#lag?.isLossy) {
      if (this.#lag.hold(frame)) this.onSlow(this.#slowness())
    } else this.#pending = (this.#pending ?? emptyBatch()).append(frame)
    if (this.#isBlocked || this.#catchUp?.isAsking) {
      if (this.bufferedBytes > this.#settings.maxBufferedBytes) this.onOverflow(this.#slowness())
    } else if (this.bufferedBytes > flushBytes) this.flush()
    else this.#flushSoon()
  }

  /** Live frames are held until the client has what it missed since `lastEventId`. */
  catchUp(lastEventId: string, join: Join | LogJoin): void {
    this.#catchUp ??= new CatchUp(lastEventId)
    this.#catchUp.join(join)
    this.#flushSoon()
  }

  prefetch(): number {
    return this.#outlet.prefetch?.() ?? 0
  }

  /** Writes what is pending, unless the client is not reading. Called at the end of every tick with something to write. */
  flush(nowMs: number = wholeNow()): void {
    this.#isWaitingForFlush = false
    if (!this.#isOpen) return
    if (this.#catchUp) this.#resume(this.#catchUp)
    const batch = this.#pending
    if (batch && !this.#isBlocked) {
      this.#pending = undefined
      if (this.#settings.keepAliveMs > 0) this.lastWriteMs = nowMs
      if (!this.#outlet.write(batch)) this.#block()
    }
    if (!this.#isAnnounced && this.#isOpen) {
      this.#isAnnounced = true
      this.onOpened()
    }
  }

  /** Resolves when what was enqueued has been handed to the network, or nothing more is sent. */
  drained(): Promise<void> {
    return this.#isOpen && this.#isBlocked && this.#lag ? this.#lag.wait() : Promise.resolve()
  }

  onDrain(): void {
    if (!this.#isBlocked) return
    this.#isBlocked = false
    this.#append(this.#lag?.take() ?? [])
    this.flush()
    if (!this.#isBlocked) this.#lag?.release()
  }

  onSilence(): void {
    if (!this.#isBlocked) this.enqueue(emptyComment)
  }

  #block(): void {
    this.#isBlocked = true
    this.#lag ??= new Lag(this.#settings)
  }

  #slowness(): SlowReader {
    return { bufferedBytes: this.bufferedBytes, dropped: this.#lag?.dropped ?? 0 }
  }

  #flushSoon(): void {
    if (this.#isWaitingForFlush) return
    this.#isWaitingForFlush = true
    flushSoon(this)
  }

  /** Puts what the client missed before what has come since it joined. */
  #resume(catchUp: CatchUp): void {
    const replays = this.#replaysOf(catchUp)
    if (!(replays instanceof Promise)) {
      if (replays) this.#release(catchUp, replays)
      return
    }
    replays.then(
      (late) => {
        if (!this.#isOpen) return
        this.#release(catchUp, late)
        this.#flushSoon()
      },
      () => this.#giveUpCatchingUp(),
    )
  }

  /** A filter of the application is asked here, and may throw. */
  #replaysOf(catchUp: CatchUp): ReturnType<CatchUp['takeReplays']> {
    try {
      return catchUp.takeReplays()
    } catch (error) {
      this.#giveUpCatchingUp()
      throw error
    }
  }

  /** The client keeps its id, and asks again when it comes back. */
  #giveUpCatchingUp(): void {
    this.#catchUp = undefined
    this.onLost()
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
}
