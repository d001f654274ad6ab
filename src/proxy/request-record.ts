/** A request in the ledger, and the stream that its response may be. */
import { epochNow } from './clock.js'
import type { LedgerBook } from './ledger-book.js'
import type { RequestEntry, RequestStart, StreamEntry } from './ledger-entries.js'
import type { OriginState, SocketState } from './origin-state.js'
import type { StreamEnding, StreamRecord } from './stream-record.js'

/** The connection that it came on. */
export interface RequestCarrier extends SocketState {
  readonly number: number
  finished(request: RequestRecord): void
}

const byClient: StreamEnding = { endedBy: 'client', isComplete: false }

/** One request, from its headers to the end of its response. */
export class RequestRecord implements RequestEntry {
  readonly #number: number
  readonly #start: RequestStart
  readonly #socket: RequestCarrier
  readonly #origin: OriginState
  readonly #book: LedgerBook
  readonly #endDemand: ((at: number) => void) | undefined
  #stream: StreamRecord | undefined
  #isOpen = true
  #ending: StreamEnding = byClient

  constructor(number: number, start: RequestStart, socket: RequestCarrier, book: LedgerBook) {
    const at = epochNow()
    this.#number = number
    this.#start = start
    this.#socket = socket
    this.#origin = socket.origin
    this.#book = book
    this.#origin.begin(socket, at)
    this.#tell('request-started', at)
    this.#endDemand = start.isMultiplexed ? this.#origin.demand(start.client ?? '', at) : undefined
  }

  openStream(status: number): StreamEntry {
    const stream = this.#book.streams.open(this.#start, this.#socket.number, status)
    this.#stream = stream
    if (this.#isOpen) {
      this.#origin.openStream(this.#socket, stream)
      this.#book.streams.keep(stream)
    }
    this.#book.tell('stream-opened', () => stream.snapshot())
    this.#tellLimit(stream.openedAt)
    return stream
  }

  serverEnds(isComplete: boolean): void {
    if (this.#isOpen && this.#ending === byClient) this.#ending = { endedBy: 'server', isComplete }
  }

  finish(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    const at = epochNow()
    this.#origin.end(this.#socket)
    if (this.#stream) {
      this.#origin.closeStream(this.#socket, this.#stream)
      this.#book.streams.close(this.#stream, this.#start, this.#ending, at)
    }
    this.#tellLimit(at)
    this.#endDemand?.(at)
    this.#socket.finished(this)
    this.#tell('request-finished', at)
  }

  #tell(name: 'request-started' | 'request-finished', at: number): void {
    const { origin, method, url } = this.#start
    const describe = () => ({ request: this.#number, socket: this.#socket.number, origin, method, url, at })
    this.#book.tell(name, describe)
  }

  #tellLimit(at: number): void {
    const change = this.#origin.limitChange(at)
    if (change) this.#book.tell('limit', () => ({ origin: this.#origin.name, ...change, at }))
  }
}
