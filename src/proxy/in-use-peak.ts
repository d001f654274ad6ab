/**
 * The most connections in use at one time. When one socket closes as another opens, a server learns of the new one
 * first and for up to a millisecond counts one too many; so a rise counts only once no socket that was already in use
 * has closed within the next 20 ms.
 */

const settlingMs = 20

interface Rise {
  at: number
  level: number
}

/** Follows one count. Needs no timer: what is unsettled is judged when the next change or question comes. */
export class InUsePeak {
  #settled = 0
  #unsettled: Rise[] = []

  /** The count has risen to `level`. */
  rise(level: number, at: number): void {
    this.#settle(at)
    if (level > this.#settled) this.#unsettled.push({ level, at })
  }

  /** A socket in use since `inUseSince` has closed: what rose just before rose over a socket that was on its way out. */
  socketClosed(inUseSince: number, at: number): void {
    this.#settle(at)
    for (const rise of this.#unsettled) if (rise.at >= inUseSince) rise.level -= 1
  }

  /** The peak, without rises of the last 20 ms. */
  read(at: number): number {
    this.#settle(at)
    return this.#settled
  }

  #settle(at: number): void {
    let count = 0
    for (const rise of this.#unsettled) {
      if (at - rise.at < settlingMs) break
      this.#settled = Math.max(this.#settled, rise.level)
      count++
    }
    if (count > 0) this.#unsettled.splice(0, count)
  }
}
