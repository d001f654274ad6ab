/**
 * Keeps the leader's stream open: connects, connects again after the reconnection time, gives up where the policy says
 * so. HTML standard, section 9.2.3, “reestablish the connection”.
 */
import type { Plan } from './plan.js'
import type { KeepStream, OpenStream, Stream } from './transport.js'
import type { World } from './world.js'

/** After a second failure in a row a wait is no shorter and no longer than this, except one that the server asks for. */
const leastBackoffMs = 250
const longestBackoffMs = 30_000

/** What a timer can hold; longer ones would ring at once. */
const longestTimerMs = 2e9

/**
 * What the clock must have moved between two looks to say that the machine slept: hidden pages may be woken once a minute
 * only.
 */
const sleptMs = 120_000

/** Statuses after which the next answer may be a better one; also where nobody can tell why it was refused. */
const mayPass = /^(-|5|408|425|429)/

/** Connects by a transport, and stays connected until `close()` or the end. */
export function keepOpen(world: World, plan: Plan, open: OpenStream): KeepStream {
  return (lastId, types, listener) => {
    let { retryMs = 3_000 } = plan
    let stream: Stream | undefined
    let timer: number | undefined
    /** Until when it waits to connect; 0 as long as it does not. */
    let due = 0
    let lookedAt = world.Date.now()
    let failed = 0

    function connect(): void {
      close()
      stream = open(lastId(), types, {
        ...listener,
        onOpen(origin, resumes) {
          failed = 0
          listener.onOpen(origin, resumes)
        },
        onRetry(ms) {
          retryMs = ms
        },
        onEnd(reason, status, retryAfterMs) {
          if (status && !(plan.reconnectOnError && mayPass.test(`${status}`))) return listener.onState(2, reason)
          // Where any number may fail there is no bound, and this never true.
          if (failed >= (plan.maxReconnectAttempts as number))
            return listener.onState(2, 'Max reconnection attempts reached')
          const backoffMs = Math.min(longestBackoffMs, Math.max(retryMs, failed && leastBackoffMs) * 2 ** failed)
          // Some jitter, never less than asked for: after a restart of the server not all come back in one moment.
          const delayMs = Math.max(retryMs, backoffMs) * (1 + world.Math.random() / 5)
          failed++
          const waitMs = Math.min(longestTimerMs, Math.max(delayMs, retryAfterMs))
          due = world.performance.now() + waitMs
          timer = world.setTimeout(connect, waitMs)
          listener.onState(-1, reason)
        },
      })
    }

    function close(): void {
      world.clearTimeout(timer)
      due = 0
      stream?.close()
    }

    connect()
    return {
      close,
      hurry(isNow) {
        stream?.listen?.()
        const now = world.Date.now()
        // A connection from before the machine slept may be dead without a word.
        const slept = now - lookedAt > sleptMs
        lookedAt = now
        if (slept || (due && (isNow || world.performance.now() > due))) connect()
      },
    }
  }
}
