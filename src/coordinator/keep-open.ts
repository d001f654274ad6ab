/**
 * Keeps the leader's stream open: connects, connects again after the reconnection time, gives up where the policy says
 * so. HTML standard, section 9.2.3, “reestablish the connection”.
 */
import type { Plan } from './plan.js'
import type { KeptStream, KeptStreamListener, OpenStream, Stream, StreamRequest } from './transport.js'
import type { World } from './world.js'

/** After a second failure in a row a wait is no shorter and no longer than this, except one that the server asks for. */
const leastBackoffMs = 250
const longestBackoffMs = 30_000

/** What a timer can hold; longer ones would ring at once. */
const longestTimerMs = 2e9

/**
 * How often the clock is looked at, and what it must have moved by then to say that the machine slept. Hidden pages may
 * be woken once a minute only.
 */
const pulseMs = 20_000
const sleptMs = 120_000

/** Connects by a transport, and stays connected until `close()` or the end. */
export function keepOpen(
  world: World,
  plan: Plan,
  open: OpenStream,
  request: () => StreamRequest,
  listener: KeptStreamListener,
  wasOpenBefore: boolean,
): KeptStream {
  let { retryMs } = plan
  let wasOpen = wasOpenBefore
  let stream: Stream | undefined
  let timer: number | undefined
  let pulseTimer: number
  let pulseAt = world.Date.now()
  let due = 0
  let failed = 0

  function connect(): void {
    timer = undefined
    stream = open(request(), {
      ...listener,
      onOpen(origin) {
        failed = 0
        wasOpen = true
        listener.onOpen(origin)
      },
      onRetry(ms) {
        retryMs = ms
      },
      onEnd(reason, status, retryAfterMs) {
        stream = undefined
        if (isFinal(status)) return listener.onOver(reason)
        if (plan.mostAttempts !== undefined && failed >= plan.mostAttempts)
          return listener.onOver('Max reconnection attempts reached')
        // Some jitter, never less than asked for: after a restart of the server not all come back in one moment.
        const backoffMs = failed && Math.min(longestBackoffMs, Math.max(retryMs, leastBackoffMs) * 2 ** failed)
        const delayMs = Math.max(retryMs, backoffMs) * (1 + world.Math.random() / 5)
        failed++
        wait(Math.min(longestTimerMs, Math.max(delayMs, retryAfterMs)))
        listener.onLost(reason)
      },
    })
  }

  function wait(delayMs: number): void {
    due = world.performance.now() + delayMs
    timer = world.setTimeout(connect, delayMs)
  }

  /** Whether a response is an answer to live with: neither may the next one be a better one, nor was it the network. */
  function isFinal(status: number): boolean {
    const mayPass = status < 0 || status >= 500 || [408, 425, 429].includes(status)
    return status !== 0 && !(mayPass && (plan.patience === 'open' || (plan.patience === 'reopen' && wasOpen)))
  }

  /** A connection from before the machine slept may be dead without a word. */
  function pulse(): void {
    const now = world.Date.now()
    const slept = now - pulseAt > sleptMs
    pulseAt = now
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

  pulse()
  connect()
  return {
    close() {
      world.clearTimeout(pulseTimer)
      drop()
    },
    addType: (type) => stream?.addType(type),
    hurry(isOverdue) {
      if (timer !== undefined && !(isOverdue && world.performance.now() < due)) reopen()
    },
  }
}
