/**
 * Tells a stream that goes on from one before it. A proxy sees neither tabs nor EventSource objects: a stream goes on from
 * the latest one of the same client, page and URL that nobody has gone on from, if it asks for what came after that one's
 * last id, or if the server had ended that one, upon which every EventSource comes back.
 */

/** A stream that has closed, as far as its successor is told by it. */
export interface Predecessor {
  reconnects: number
  lastEventId: string | null
  endedBy: 'client' | 'server'
}

const keptPerKey = 100
const keptKeys = 1000

/** The closed streams that nobody has gone on from yet, within bounds. */
export class Reconnects {
  readonly #closed = new Map<string, Predecessor[]>()

  /** A stream opens; returns how many it goes on from. */
  opened(key: string, resumedAt: string | null): number {
    const candidates = this.#closed.get(key)
    const index = candidates?.findLastIndex(
      ({ endedBy, lastEventId }) => (resumedAt !== null && lastEventId === resumedAt) || endedBy === 'server',
    )
    if (candidates === undefined || index === undefined || index < 0) return 0
    const [predecessor] = candidates.splice(index, 1)
    if (candidates.length === 0) this.#closed.delete(key)
    return (predecessor?.reconnects ?? 0) + 1
  }

  /** A stream has closed. */
  closed(key: string, predecessor: Predecessor): void {
    const others = this.#closed.get(key) ?? []
    this.#closed.delete(key) // the key goes to the end: the oldest are forgotten first
    this.#closed.set(key, others)
    others.push(predecessor)
    if (others.length > keptPerKey) others.shift()
    if (this.#closed.size > keptKeys) this.#closed.delete(this.#closed.keys().next().value ?? '')
  }
}
