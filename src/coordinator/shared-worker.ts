/**
 * A SharedWorker that holds the connection, `sse-coord/coordinator/shared-worker`: no hand-over when tabs come and go.
 *
 * A SharedWorker that dies takes its stream along and tells nobody. So the worker is an ordinary member of the group: it
 * queues for the same lock, only before the tabs do. When it dies the browser passes the lock on to a tab, and when it
 * hangs the tabs' watch takes the lead from it.
 */
import type { Elect } from './elect.js'
import { electByLock, queueForLock } from './elect-by-lock.js'
import type { Plan } from './plan.js'

/** What a tab tells the worker. */
export interface Introduction {
  plan: Plan
  /** A lock that the tab holds for as long as it is there. */
  presence: string
}

/** The plan alone: what else an app has said cannot be sent to a worker. */
function cloneable(plan: Plan): Plan {
  const { channelName, url, withCredentials, scope, method, body, headers } = plan
  const { transport, lastEventIdParam, retryMs, maxReconnectAttempts, reconnectOnError } = plan
  const who = { channelName, url, withCredentials, scope, method, body, headers }
  return { ...who, transport, lastEventIdParam, retryMs, maxReconnectAttempts, reconnectOnError }
}

/** How long a tab lets the worker go first, in milliseconds: it may not start at all. */
const courtesyMs = 1_000

/**
 * The strategy. `url` is where the page serves `dist/coordinator.worker.js`: a file of its own origin, for a worker made
 * from a blob: or data: URL is not shared. Where there are no SharedWorkers it is the same as `auto`.
 */
export function sharedWorker({ url }: { url: string | URL }): Elect {
  return {
    ...electByLock,
    begin(world, name, onElected, onDeposed, onAlone, plan) {
      const tab = queueForLock(world, name, onElected, onDeposed, onAlone)
      let timer: number | undefined
      let worker: SharedWorker | undefined
      let leave: (() => void) | undefined
      let standing = false

      function stand(): void {
        if (!timer) return
        world.clearTimeout(timer)
        timer = undefined
        standing = true
        tab.stand()
      }

      function introduce(): void {
        const presence = `${name} ${world.Date.now()} ${world.Math.random()}`
        timer = world.setTimeout(stand, courtesyMs)
        try {
          worker = new SharedWorker(url, { name: 'sse-coordinator' })
        } catch {
          // Not there, or not allowed here.
          stand()
          return
        }
        const mine = worker
        mine.onerror = stand
        mine.port.onmessage = stand
        world.navigator?.locks
          ?.request(presence, () => {
            if (worker !== mine) return // it has left before
            mine.port.postMessage({ plan: cloneable(plan), presence } satisfies Introduction)
            return new Promise<void>((resolve) => {
              leave = resolve
            })
          })
          .catch(stand)
      }

      return {
        stand(byForce) {
          if (byForce || standing) tab.stand(byForce)
          else if (!timer) introduce()
        },
        close() {
          world.clearTimeout(timer)
          timer = undefined
          standing = false
          worker?.port.close()
          worker = undefined
          leave?.()
          tab.close()
        },
      }
    },
  }
}
