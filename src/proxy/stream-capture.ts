/** What the streams carried last, within one bound for all; read as events only when somebody asks. */
import type { CapturedEvent } from '../evidence/ledger.js'
import { createParser } from '../sse/parse.js'
import { eachPiece } from './dechunk.js'
import { StreamTape } from './stream-tape.js'

/** Of one event; what is longer is cut off. */
const keptDataLength = 16_384
/** Of one stream, however few there are, and however many. */
const mostBytesOfStream = 262_144
const leastBytesOfStream = 4096
/** Streams that have closed are remembered as long as no more than so many others have closed since. */
const keptClosedStreams = 100

/** The tapes of all streams, within one bound. */
export class StreamCapture {
  readonly #tapes = new Map<number, StreamTape>()
  readonly #closed: number[] = []
  readonly #mostBytes: number
  readonly #share = (): number =>
    Math.max(leastBytesOfStream, Math.min(mostBytesOfStream, this.#mostBytes / this.#tapes.size))

  /** `mostBytes` are shared evenly among the streams that are remembered; each keeps its share until it has filled it anew. */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  /** A tape for a stream that has opened; none where nothing is to be remembered. */
  open(stream: number): StreamTape | undefined {
    if (this.#mostBytes === 0) return undefined
    const tape = new StreamTape(this.#share)
    this.#tapes.set(stream, tape)
    return tape
  }

  /** The last events of a stream, oldest first; none for a stream that is not known, or no longer. */
  events(stream: number): CapturedEvent[] {
    const tape = this.#tapes.get(stream)
    if (!tape) return []
    const events: CapturedEvent[] = []
    let now = 0
    let isWhole = !tape.isCut
    const parser = createParser(
      {
        onEvent({ type, data, lastEventId, hasId }) {
          const isLong = data.length > keptDataLength
          const kept = isLong ? data.slice(0, keptDataLength) : data
          if (isWhole) events.push({ at: now, type, id: hasId ? lastEventId : null, data: kept, isCut: isLong })
          isWhole = true // the first one may lack its beginning
        },
      },
      { maxLength: keptDataLength + 1 },
    )
    tape.replay((bytes, at, left) => {
      now = at
      return eachPiece(bytes, left, (from, to) => parser.feed(bytes.subarray(from, to)))
    })
    return events
  }

  /** A stream has closed: it is remembered for a while. */
  close(stream: number): void {
    if (!this.#tapes.has(stream)) return
    this.#closed.push(stream)
    if (this.#closed.length > keptClosedStreams) this.#tapes.delete(this.#closed.shift() ?? 0)
  }
}
