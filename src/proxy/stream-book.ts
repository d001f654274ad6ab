/** The streams of a ledger: those that are open, the last that have closed, and who goes on from whom. */
import type { StreamSnapshot } from '../evidence/ledger.js'
import { epochNow } from './clock.js'
import type { RequestStart } from './ledger-entries.js'
import type { TellLedger } from './ledger-events.js'
import { Reconnects } from './reconnects.js'
import { StreamArchive } from './stream-archive.js'
import { type StreamEnding, type StreamListeners, StreamRecord } from './stream-record.js'

/** Writes streams down. */
export class StreamBook {
  /** How many there have been. */
  count = 0
  readonly #open = new Set<StreamRecord>()
  readonly #archive = new StreamArchive()
  readonly #reconnects = new Reconnects()
  readonly #listeners: StreamListeners
  readonly #tell: TellLedger

  constructor(tell: TellLedger, listeners: StreamListeners) {
    this.#tell = tell
    this.#listeners = listeners
  }

  open(start: RequestStart, socket: number, status: number): StreamRecord {
    const { url, page, origin, lastEventId: resumedAt = null } = start
    const reconnects = this.#reconnects.opened(keyOf(start), resumedAt)
    const number = ++this.count
    const facts = { number, url, page, status, openedAt: epochNow(), origin, socket, reconnects, resumedAt }
    return new StreamRecord(facts, this.#listeners)
  }

  /** It counts as open from now on. */
  keep(stream: StreamRecord): void {
    this.#open.add(stream)
  }

  close(stream: StreamRecord, start: RequestStart, ending: StreamEnding, at: number): void {
    stream.close(ending, at)
    this.#open.delete(stream)
    const snapshot = stream.snapshot()
    const { lastEventId, reconnects = 0 } = snapshot
    this.#reconnects.closed(keyOf(start), { reconnects, lastEventId, endedBy: ending.endedBy })
    this.#archive.add(snapshot)
    this.#tell('stream-closed', () => snapshot)
  }

  /** The open ones and the last 1000 that have closed, in the order in which they opened. */
  all(): StreamSnapshot[] {
    return [...this.#archive.streams, ...this.#openNow()].sort((a, b) => a.number - b.number)
  }

  /** Events, bytes and reconnects of all that there have been. */
  sums(): ReturnType<StreamArchive['sumsWith']> {
    return this.#archive.sumsWith(this.#openNow())
  }

  #openNow(): StreamSnapshot[] {
    return [...this.#open].map((stream) => stream.snapshot())
  }
}

/** What stays the same when an EventSource comes back. */
function keyOf({ client, origin, page, url }: RequestStart): string {
  return JSON.stringify([client, origin, page, url])
}
