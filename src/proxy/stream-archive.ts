/** The streams that have closed: the last of them with their figures, all of them in the sums. */
import type { LedgerTotals, StreamSnapshot } from '../evidence/ledger.js'

const keptStreams = 1000

/** What the sums hold of streams. */
type StreamSums = Pick<LedgerTotals, 'events' | 'bytes' | 'reconnects'>

/** Remembers streams, within a bound. */
export class StreamArchive {
  readonly #streams: StreamSnapshot[] = []
  readonly #sums: StreamSums = { events: 0, bytes: 0, reconnects: 0 }

  /** The last 1000, in the order in which they closed. */
  get streams(): readonly StreamSnapshot[] {
    return this.#streams
  }

  add(stream: StreamSnapshot): void {
    this.#streams.push(stream)
    if (this.#streams.length > keptStreams) this.#streams.shift()
    addTo(this.#sums, stream)
  }

  /** The sums over all that have closed, and over these, which are open. */
  sumsWith(open: Iterable<StreamSnapshot>): StreamSums {
    const sums = { ...this.#sums }
    for (const stream of open) addTo(sums, stream)
    return sums
  }
}

function addTo(sums: StreamSums, { events, bytes, reconnects = 0 }: StreamSnapshot): void {
  sums.events += events
  sums.bytes += bytes
  if (reconnects > 0) sums.reconnects++
}
