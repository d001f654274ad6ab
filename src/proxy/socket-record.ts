/** A client's connection in the ledger, and the requests on it. */
import { epochNow } from './clock.js'
import type { LedgerBook } from './ledger-book.js'
import type { RequestEntry, RequestStart, SocketEntry } from './ledger-entries.js'
import type { OriginState } from './origin-state.js'
import { type RequestCarrier, RequestRecord } from './request-record.js'

/** One connection, from its first byte to its last. */
export class SocketRecord implements SocketEntry, RequestCarrier {
  readonly number: number
  origin: OriginState
  requests = 0
  streams = 0
  inUseSince = 0
  isTunnel = false
  readonly #book: LedgerBook
  /** Made anew with each change, so that it takes no more room than it needs. */
  #open: readonly RequestRecord[] = []
  #what: 'counted' | 'web-socket' | 'closed' = 'counted'

  constructor(number: number, origin: OriginState, book: LedgerBook, clientPort: number | null) {
    this.number = number
    this.origin = origin
    this.#book = book
    origin.join(this)
    book.tell('socket-opened', () => ({ socket: number, origin: origin.name, clientPort, at: epochNow() }))
  }

  startRequest(start: RequestStart): RequestEntry {
    if (this.#what === 'counted') this.#moveTo(start.origin)
    const request = new RequestRecord(this.#book.nextRequest(), start, this, this.#book)
    this.#open = [...this.#open, request]
    return request
  }

  /** A request is over. */
  finished(request: RequestRecord): void {
    this.#open = this.#open.filter((other) => other !== request)
  }

  become(to: 'web-socket' | 'tunnel'): void {
    if (this.#what !== 'counted') return
    const at = epochNow()
    if (to === 'tunnel') this.isTunnel = true
    else {
      this.#what = 'web-socket'
      this.origin.webSockets++
      this.#leave(at)
    }
    this.#book.tell('socket-changed', () => ({ socket: this.number, origin: this.origin.name, to, at }))
  }

  close(): void {
    if (this.#what === 'closed') return
    const at = epochNow()
    if (this.#what === 'counted') this.#leave(at)
    else this.origin.webSockets--
    this.#what = 'closed'
    this.#book.tell('socket-closed', () => ({ socket: this.number, origin: this.origin.name, at }))
  }

  /** First the socket, then its requests: whoever hears of the end of a request finds the connection gone. */
  #leave(at: number): void {
    this.#leaveOrigin(at)
    for (const request of this.#open) request.finish()
  }

  /** A connection belongs to the origin that its latest request named. */
  #moveTo(name: string): void {
    if (this.origin.name !== name && this.requests === 0) {
      this.#leaveOrigin(epochNow())
      this.#book.originOf(name).join(this)
    }
    this.origin.named = true
  }

  #leaveOrigin(at: number): void {
    const { origin } = this
    origin.leave(this, at)
    if (!origin.named && origin.isEmpty) this.#book.forget(origin)
  }
}
