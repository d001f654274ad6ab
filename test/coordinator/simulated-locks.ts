/** The Web Locks of the simulation. */
import type { Tab } from './simulated-tab.js'
import type { Simulation } from './simulation.js'

/** One request for a lock. */
interface LockRequest {
  tab: Tab
  hold: () => unknown
  fail: (error: Error) => void
  done: () => void
  granted: boolean
}

/** Web Locks: queues, holders, thieves. */
export class Locks {
  readonly #holders = new Map<string, LockRequest>()
  readonly #queues = new Map<string, LockRequest[]>()
  readonly #browser: Simulation

  constructor(browser: Simulation) {
    this.#browser = browser
  }

  request(tab: Tab, name: string, options: LockOptions, hold: () => unknown): Promise<void> {
    return new Promise((resolve, reject) => {
      const request: LockRequest = { tab, hold, fail: reject, done: resolve, granted: false }
      const queue = this.#queues.get(name) ?? []
      this.#queues.set(name, queue)
      const abort = new DOMException('aborted', 'AbortError')
      if (options.steal) {
        const holder = this.#holders.get(name)
        if (holder) {
          this.#holders.delete(name)
          this.#browser.task(holder.tab, 0, 4, () => holder.fail(abort))
        }
        queue.unshift(request)
      } else {
        queue.push(request)
        options.signal?.addEventListener('abort', () => {
          const index = queue.indexOf(request)
          if (index >= 0) queue.splice(index, 1)
          if (!request.granted) reject(abort)
        })
      }
      this.#next(name)
    })
  }

  #next(name: string): void {
    if (this.#holders.has(name)) return
    const request = this.#queues.get(name)?.shift()
    if (!request) return
    this.#holders.set(name, request)
    this.#browser.task(request.tab, 0, 4, () => {
      if (this.#holders.get(name) !== request) return // stolen before it was told
      request.granted = true
      Promise.resolve(request.hold()).then(() => {
        if (this.#holders.get(name) === request) {
          this.#holders.delete(name)
          this.#next(name)
        }
        request.done()
      })
    })
  }

  /** A tab is gone: so are its locks. */
  drop(tab: Tab): void {
    for (const queue of this.#queues.values()) {
      for (let index = queue.length - 1; index >= 0; index--) if (queue[index]?.tab === tab) queue.splice(index, 1)
    }
    for (const [name, holder] of this.#holders) {
      if (holder.tab !== tab) continue
      this.#holders.delete(name)
      this.#next(name)
    }
  }
}
