/**
 * What the streams carried last. Kept as the bytes that passed, which costs next to nothing while a stream runs; they are
 * read as events only when somebody asks.
 */
import type { CapturedEvent } from '../evidence/ledger.js'
import { createParser } from '../sse/parse.js'
import type { WatchStream } from './stream-watchers.js'

/** Of one event; what is longer is cut off. */
const keptDataLength = 16_384
/** Of one stream, however few there are. */
const mostBytesOfStream = 262_144
/** Streams that have closed are remembered as long as no more than so many others have closed since. */
const keptClosedStreams = 100

interface Ring {
  chunks: { at: number; bytes: Buffer }[]
  length: number
  /** Whether something before the first chunk was dropped, so that it may begin within an event. */
  isCut: boolean
}

/** The bytes of all streams, within one bound. */
export class StreamCapture {
  readonly #rings = new Map<number, Ring>()
  readonly #closed: number[] = []
  readonly #mostBytes: number

  /** Remembers less than twice `mostBytes`, shared evenly among the streams that are remembered. */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  /** Watches a stream. Encoded ones (gzip and the like) are not kept: they cannot be read from the middle. */
  readonly watch: WatchStream = ({ number }, { headers }) => {
    const encoding = headers.find(([name]) => name.toLowerCase() === 'content-encoding')?.[1]
    if (this.#mostBytes === 0 || (encoding && encoding !== 'identity')) return undefined
    const ring: Ring = { chunks: [], length: 0, isCut: false }
    this.#rings.set(number, ring)
    // Each time the number has doubled everybody's share has halved.
    if (Number.isInteger(Math.log2(this.#rings.size))) for (const other of this.#rings.values()) this.#trim(other)
    return (bytes, at) => {
      ring.chunks.push({ at, bytes })
      ring.length += bytes.length
      this.#trim(ring)
    }
  }

  /** The last events of a stream, oldest first; none for a stream that is not known, or no longer. */
  events(stream: number): CapturedEvent[] {
    const ring = this.#rings.get(stream)
    if (!ring) return []
    const events: CapturedEvent[] = []
    let at = 0
    let isWhole = !ring.isCut
    const parser = createParser(
      {
        onEvent({ type, data, lastEventId, hasId }) {
          const isLong = data.length > keptDataLength
          const kept = isLong ? data.slice(0, keptDataLength) : data
          if (isWhole) events.push({ at, type, id: hasId ? lastEventId : null, data: kept, isCut: isLong })
          isWhole = true // the first one of a cut ring may lack its beginning
        },
      },
      { maxLength: keptDataLength + 1 },
    )
    for (const chunk of ring.chunks) {
      at = chunk.at
      parser.feed(chunk.bytes)
    }
    return events
  }

  /** A stream has closed: it is remembered for a while. */
  close(stream: number): void {
    if (!this.#rings.has(stream)) return
    this.#closed.push(stream)
    if (this.#closed.length > keptClosedStreams) this.#rings.delete(this.#closed.shift() ?? 0)
  }

  #trim(ring: Ring): void {
    const most = Math.min(mostBytesOfStream, this.#mostBytes / this.#rings.size)
    if (ring.length <= most) return
    ring.isCut = true
    let count = 0
    while (ring.length > most && count < ring.chunks.length - 1) {
      ring.length -= ring.chunks[count++]?.bytes.length ?? 0
    }
    ring.chunks.splice(0, count)
    const [last] = ring.chunks
    if (!last || ring.length <= most) return
    last.bytes = Buffer.from(last.bytes.subarray(-most)) // a copy, so that the rest can go
    ring.length = last.bytes.length
  }
}
