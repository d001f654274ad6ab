/** What the records of connections and requests need of the ledger that they are in. */
import type { TellLedger } from './ledger-events.js'
import type { OriginState } from './origin-state.js'
import type { StreamBook } from './stream-book.js'

/** The ledger, as its records see it. */
export interface LedgerBook {
  readonly streams: StreamBook
  readonly tell: TellLedger
  /** The number of the next request. */
  nextRequest(): number
  originOf(name: string): OriginState
  /** Forgets an origin that nothing is left of. */
  forget(origin: OriginState): void
}
