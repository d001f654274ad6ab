/** How near the streams of one origin are to the six connections that a browser grants, and for how long they were there. */
import { connectionsPerOrigin, type LimitSnapshot } from '../evidence/ledger.js'

/** What has changed. */
export interface LimitChange {
  level: LimitSnapshot['level']
  streaming: number
}

/** Follows one origin. */
export class LimitWatch {
  #level: LimitSnapshot['level'] = 'free'
  #since: number | null = null
  #reached = 0
  #reachedMs = 0

  /** So many connections are held by streams now. Returns the new level, where it is another than before. */
  update(streaming: number, at: number): LimitChange | undefined {
    const room = connectionsPerOrigin - streaming
    const level = room <= 0 ? 'reached' : room === 1 ? 'near' : 'free'
    if (level === this.#level) return undefined
    if (this.#level === 'reached') this.#reachedMs += at - (this.#since ?? at)
    if (level === 'reached') this.#reached++
    this.#level = level
    this.#since = level === 'free' ? null : at
    return { level, streaming }
  }

  snapshot(at: number): LimitSnapshot {
    const running = this.#level === 'reached' ? at - (this.#since ?? at) : 0
    return { level: this.#level, since: this.#since, reached: this.#reached, reachedMs: this.#reachedMs + running }
  }
}
