/**
 * The ledger: who holds which connection to an origin, and what each carries. The proxy writes it through the entries
 * that `openSocket` hands out; everybody else reads `snapshot()`, `streams()` and the typed events.
 */
import { EventEmitter } from 'node:events'
import type { LedgerSnapshot, StreamSnapshot } from '../evidence/ledger.js'
import { epochNow } from './clock.js'
import type { LedgerBook } from './ledger-book.js'
import type { SocketEntry } from './ledger-entries.js'
import type { LedgerEvents, TellLedger } from './ledger-events.js'
import { OriginState } from './origin-state.js'
import { SocketRecord } from './socket-record.js'
import { StreamBook } from './stream-book.js'

/** A client that names a new host with each request must not fill the memory. */
const keptOrigins = 1000

/**
 * Counts connections, requests and event streams. A listener that throws does not disturb what passes: its error
 * becomes a process warning.
 */
export class Ledger extends EventEmitter<LedgerEvents> {
  readonly #origins = new Map<string, OriginState>()
  readonly #startedAt = epochNow()
  #socketCount = 0
  #requestCount = 0
  readonly #tell: TellLedger = (name, describe) => {
    if (this.listenerCount(name) === 0) return
    const event = describe()
    for (const listener of this.rawListeners(name)) {
      try {
        Reflect.apply(listener, this, [event])
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : String(error))
      }
    }
  }
  readonly #streams = new StreamBook(this.#tell, {
    isHeard: () => this.listenerCount('stream-event') > 0,
    tell: (event) => this.#tell('stream-event', () => event),
  })
  readonly #book: LedgerBook = {
    streams: this.#streams,
    tell: this.#tell,
    nextRequest: () => ++this.#requestCount,
    originOf: (name) => this.#originOf(name),
    forget: ({ name }) => void this.#origins.delete(name),
  }

  /** The connections and open streams at this moment. */
  snapshot(): LedgerSnapshot {
    const at = epochNow()
    const counts = { sockets: this.#socketCount, requests: this.#requestCount, streams: this.#streams.count }
    return {
      at,
      origins: [...this.#origins.values()].map((origin) => origin.snapshot(at)),
      totals: { startedAt: this.#startedAt, ...counts, ...this.#streams.sums() },
    }
  }

  /** The open streams and the last 1000 that have closed, in the order in which they opened. */
  streams(): StreamSnapshot[] {
    return this.#streams.all()
  }

  /** Writes down that a request waits. Returns how to write that it no longer does. */
  wait(origin: string): () => void {
    const state = this.#originOf(origin)
    let isWaiting = true
    state.waiting++
    state.named = true
    return () => {
      if (isWaiting) state.waiting--
      isWaiting = false
    }
  }

  /** Writes down a new connection. It counts for `ownOrigin`, the listener's address, until a request names another. */
  openSocket(ownOrigin: string, clientPort: number | null = null): SocketEntry {
    return new SocketRecord(++this.#socketCount, this.#originOf(ownOrigin), this.#book, clientPort)
  }

  #originOf(name: string): OriginState {
    let origin = this.#origins.get(name)
    if (!origin) {
      if (this.#origins.size >= keptOrigins) this.#forgetAnOrigin()
      origin = new OriginState(name)
      this.#origins.set(name, origin)
    }
    return origin
  }

  #forgetAnOrigin(): void {
    for (const origin of this.#origins.values()) {
      if (!origin.isEmpty) continue
      this.#origins.delete(origin.name)
      return
    }
  }
}
