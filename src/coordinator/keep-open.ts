/**
 * Keeps the leader's stream open: connects, connects again after the reconnection time, gives up where the policy says
 * so. HTML standard, section 9.2.3, “reestablish the connection”.
 */
import type { Plan } from './plan.js'
import type { OpenStream, Stream, StreamEnd, StreamListener, StreamRequest } from './transport.js'
import type { World } from './world.js'

/** What the stream reports to its leader. */
export interface KeepOpenListener {
  onOpen(origin: string): void
  onEvents: StreamListener['onEvents']
  onLost(reason: string): void
  /** The stream is over for good. */
  onOver(reason: string): void
}

/** After a second failure in a row a wait is no shorter and no longer than this, except one that the server asks for. */
const leastBackoffMs = 250
const longestBackoffMs = 30_000

/** What a timer can hold; longer ones would ring at once. */
const longestTimerMs = 2 ** 31 - 1

/**
 * How often the clock is looked at, and how far it must have jumped beyond that to say that the machine slept. Hidden
 * pages may be woken once a minute only.
 */
const pulseMs = 20_000
const sleptMs = 100_000

/** An open stream, or one on its way to be open again. */
export interface KeptStream extends Stream {
  /** Connects now, if it waits to do so; `isOverdue` only if it should have by now, for timers may be held back. */
  hurry(isOverdue?: boolean): void
  /** Drops the connection and makes a new one at once. */
  reopen(): void
}

/** Connects, and stays connected until `close()` or the end. `request` is asked before every attempt. */
export function keepOpen(
  world: World,
  open: OpenStream,
  plan: Plan,
  request: () => StreamRequest,
  listener: KeepOpenListener,
  wasOpenBefore: boolean,
): KeptStream {
  let wasOpen = wasOpenBefore
  let stream: Stream | undefined
  let timer: number | undefined
  let retryMs = plan.retryMs
  let due = 0
  let failed = 0

  function connect(): void {
    timer = undefined
    let mine: Stream | undefined
    let ended = false
    const current = () => !ended && (mine === undefined || stream === mine)
    mine = open(request(), {
      onOpen(origin) {
        if (!current()) return
        failed = 0
        wasOpen = true
        listener.onOpen(origin)
      },
      onEvents(...what) {
        if (current()) listener.onEvents(...what)
      },
      onRetry(ms) {
        retryMs = ms
      },
      onLost() {
        if (current()) listener.onLost('The connection was lost')
      },
      onEnd(end) {
        if (!current()) return
        ended = true
        stream = undefined
        if (isFinal(end)) return listener.onOver(end.reason)
        if (failed >= plan.mostAttempts) return listener.onOver('Max reconnection attempts reached')
        // Some jitter, never less than asked for: after a restart of the server not all come back in one moment.
        const backoffMs = failed ? Math.min(longestBackoffMs, Math.max(retryMs, leastBackoffMs) * 2 ** failed) : 0
        const delayMs = Math.max(retryMs, backoffMs) * (1 + world.Math.random() / 5)
        failed++
        wait(Math.min(longestTimerMs, Math.max(delayMs, end.retryAfterMs ?? 0)))
        listener.onLost(end.reason)
      },
    })
    if (!ended) stream = mine
  }

  function wait(delayMs: number): void {
    due = world.performance.now() + delayMs
    timer = world.setTimeout(connect, delayMs)
  }

  function isFinal({ refused, status }: StreamEnd): boolean {
    const mayPass = !status || status >= 500 || status === 408 || status === 425 || status === 429
    return refused && !(mayPass && (plan.patience === 'open' || (plan.patience === 'reopen' && wasOpen)))
  }

  /** A connection from before the machine slept may be dead without a word. */
  function pulse(): void {
    const slept = world.Date.now() - pulseAt > pulseMs + sleptMs
    pulseAt = world.Date.now()
    pulseTimer = world.setTimeout(pulse, pulseMs)
    if (slept) reopen()
  }

  function reopen(): void {
    drop()
    connect()
  }

  function drop(): void {
    world.clearTimeout(timer)
    timer = undefined
    stream?.close()
    stream = undefined
  }

  let pulseAt = world.Date.now()
  let pulseTimer = world.setTimeout(pulse, pulseMs)
  connect()
  return {
    close() {
      world.clearTimeout(pulseTimer)
      drop()
    },
    addType: (type) => stream?.addType(type),
    hurry(isOverdue) {
      if (timer === undefined || (isOverdue && world.performance.now() < due)) return
      world.clearTimeout(timer)
      connect()
    },
    reopen,
  }
}
