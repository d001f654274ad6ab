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

/** Connects by a transport, and stays connected until `close()` or the end. */
export function keepOpen(world: World, plan: Plan, open: OpenStream): KeepStream {
  return (request, listener) => {
    let { retryMs = 3_000 } = plan
    let stream: Stream | undefined
    /** As long as it waits to connect, and until when. */
    let timer: number | undefined
    let due = 0
    let lookedAt = world.Date.now()
    let failed = 0

    function connect(): void {
      close()
      stream = open(request(), {
        ...listener,
        onOpen(origin) {
          failed = 0
          listener.onOpen(origin)
        },
        onRetry(ms) {
          retryMs = ms
        },
        onEnd(reason, status, retryAfterMs) {
          if (isFinal(status)) return listener.onOver(reason)
          if (failed >= (plan.mostAttempts ?? Number.POSITIVE_INFINITY))
            return listener.onOver('Max reconnection attempts reached')
          // Some jitter, never less than asked for: after a restart of the server not all come back in one moment.
          const backoffMs = failed && Math.min(longestBackoffMs, Math.max(retryMs, leastBackoffMs) * 2 ** failed)
          const delayMs = Math.max(retryMs, backoffMs) * (1 + world.Math.random() / 5)
          failed++
          const waitMs = Math.min(longestTimerMs, Math.max(delayMs, retryAfterMs))
          due = world.performance.now() + waitMs
          timer = world.setTimeout(connect, waitMs)
          listener.onLost(reason)
        },
      })
    }

    /** Whether a response is an answer to live with: neither may the next one be a better one, nor was it the network. */
    function isFinal(status: number): boolean {
      const mayPass = status < 0 || status >= 500 || [408, 425, 429].includes(status)
      return status !== 0 && !(mayPass && plan.isPatient)
    }

    function close(): void {
      world.clearTimeout(timer)
      timer = undefined
      stream?.close()
    }

    connect()
    return {
      close,
      addType: (type) => stream?.addType(type),
      hurry(isNow) {
        const now = world.Date.now()
        // A connection from before the machine slept may be dead without a word.
        const slept = now - lookedAt > sleptMs
        lookedAt = now
        if (slept || (timer && (isNow || world.performance.now() > due))) connect()
      },
    }
  }
}
