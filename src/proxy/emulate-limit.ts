/**
 * The browser's limit for clients that have none, such as curl and test runners: so many requests at a time per client
 * and origin, the rest wait in the order in which they came.
 */

/** A request's place: in use, or in the queue. */
export interface Place {
  readonly isWaiting: boolean
  /** Gives the place up; the next in the queue begins. */
  release(): void
}

/** Lets requests begin. */
export interface Limiter {
  /** Calls `begin` now, or when the requests before it with the same key have left a place. */
  enter(key: string, begin: () => void): Place
  /** How many requests wait in all. */
  readonly waiting: number
}

interface Lane {
  inUse: number
  queue: Set<() => void>
}

/** A limiter for `limit` requests at a time per key. */
export function createLimiter(limit: number): Limiter {
  const lanes = new Map<string, Lane>()
  let waiting = 0

  return {
    enter(key, begin) {
      const lane = lanes.get(key) ?? { inUse: 0, queue: new Set() }
      lanes.set(key, lane)
      let state: 'waiting' | 'in use' | 'released' = 'waiting'
      const start = (): void => {
        state = 'in use'
        lane.inUse++
        begin()
      }
      if (lane.inUse < limit) start()
      else {
        lane.queue.add(start)
        waiting++
      }
      return {
        get isWaiting() {
          return state === 'waiting'
        },
        release() {
          if (state === 'released') return
          if (state === 'waiting') {
            lane.queue.delete(start)
            waiting--
          } else lane.inUse--
          state = 'released'
          const [next] = lane.queue
          if (next && lane.inUse < limit) {
            lane.queue.delete(next)
            waiting--
            next()
          }
          if (lane.inUse === 0 && lane.queue.size === 0) lanes.delete(key)
        },
      }
    },
    get waiting() {
      return waiting
    },
  }
}
