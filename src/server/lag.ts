/**
 * A client that does not read: what gives way for it where the policy says so, and who waits until it reads again. Made when
 * a write first has to wait, which most connections never see.
 */
import { type Backlog, createConflatingBacklog, createDroppingBacklog } from './backlog.js'
import type { Frame } from './batch.js'
import type { SessionSettings } from './session-options.js'
import { totals } from './totals.js'

/** How far one client has fallen behind. */
export class Lag {
  readonly #backlog: Backlog | undefined
  #dropped = 0
  #isTold = false
  #waiters: (() => void)[] = []

  constructor(settings: SessionSettings) {
    this.#backlog = backlogFor(settings)
  }

  /** Bytes that wait here. */
  get byteLength(): number {
    return this.#backlog?.byteLength ?? 0
  }

  /** Events that gave way to others so far. */
  get dropped(): number {
    return this.#dropped
  }

  /** Whether what has to wait is kept here, where some of it may give way to the rest. */
  get isLossy(): boolean {
    return this.#backlog !== undefined
  }

  /** Keeps a frame; true when that is the first since the client fell behind to make another give way. */
  hold(frame: Frame): boolean {
    const dropped = this.#backlog?.add(frame) ?? 0
    this.#dropped += dropped
    totals.dropped += dropped
    if (dropped === 0 || this.#isTold) return false
    this.#isTold = true
    return true
  }

  /** The client reads again: what was kept, in order. */
  take(): Frame[] {
    this.#isTold = false
    return this.#backlog?.take() ?? []
  }

  /** Resolves at the next `release`. */
  wait(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve))
  }

  /** Lets go of all who wait. */
  release(): void {
    const waiters = this.#waiters
    this.#waiters = []
    for (const resolve of waiters) resolve()
  }
}

function backlogFor({ onSlow, maxBufferedBytes }: SessionSettings): Backlog | undefined {
  if (onSlow === 'conflate') return createConflatingBacklog()
  return onSlow === 'drop-oldest' ? createDroppingBacklog(maxBufferedBytes) : undefined
}
