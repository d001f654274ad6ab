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

/** No wait is longer than this, except one that the server asks for. */
const longestBackoffMs = 30_000

/**
 * How often the clock is looked at, and how far it must have jumped beyond that to say that the machine slept. Hidden
 * pages may be woken once a minute only.
 */
const pulseMs = 20_000
const sleptMs = 100_000

/** An open stream, or one on its way to be open again. */
export interface KeptStream extends Stream {
  /** Connects now, if it waits to do so. */
  hurry(): void
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
): KeptStream {
  let stream: Stream | undefined
  let timer: number | undefined
  let retryMs = plan.retryMs
  let failed = 0
  let wasOpen = false

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
        const backoffMs =
          Math.max(retryMs, Math.min(longestBackoffMs, retryMs * 2 ** failed)) * (1 + world.Math.random() / 5)
        failed++
        timer = world.setTimeout(connect, Math.max(backoffMs, end.retryAfterMs ?? 0))
        listener.onLost(end.reason)
      },
    })
    if (!ended) stream = mine
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
    hurry() {
      if (timer === undefined) return
      world.clearTimeout(timer)
      connect()
    },
    reopen,
  }
}
