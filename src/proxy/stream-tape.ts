/** The last bytes of one stream as they passed, in the order in which they did: copied, which costs next to nothing. */
import { ChunkScanner } from './chunk-scanner.js'
import { unframed } from './dechunk.js'

/**
 * Gets bytes that came within a millisecond of each other; `left` are still to come of a chunk that has begun before, or it is
 * `unframed`. Returns what is left behind them.
 */
export type ReadRun = (bytes: Buffer, at: number, left: number) => number

/** A run is its moment, as a double, its length in four bytes, and its bytes. */
const [momentBytes, runHeadBytes] = [8, 12]

interface Segment {
  bytes: Buffer
  length: number
  /** Where the last run begins. */
  run: number
  /** What is left of a chunk at its beginning, or `unframed`. */
  left: number
}

const firstBytes = 256
/** Bytes of the longest line that tells the size of a chunk, and some. */
const longestSize = 16
const runMs = 1

/** Two segments: when the one that is written is full, it takes the place of the older one. */
export class StreamTape {
  readonly #mostBytes: () => number
  #current: Segment | null = null
  #older: Segment | null = null
  /** Whether bytes before the oldest ones have been forgotten. */
  isCut = false

  /** `mostBytes` is asked for each time that a segment is full. */
  constructor(mostBytes: () => number) {
    this.#mostBytes = mostBytes
  }

  /** `left` is what is still to come of a chunk that has begun before, or `unframed`. */
  append(bytes: Buffer, at: number, left: number): void {
    const segment = this.#roomFor(runHeadBytes + bytes.length, left)
    if (segment) {
      write(segment, bytes, at)
      return
    }
    // More than is remembered: what would be forgotten at once is never copied.
    const first = bytes.subarray(0, runHeadBytes + bytes.length - this.#most() + longestSize)
    const scanner = new ChunkScanner(left)
    const end = left === unframed ? first.length : scanner.scan(first)
    this.#older = null
    this.#current = createSegment(this.#most(), scanner.left, this.#current?.bytes)
    this.isCut = true
    this.append(bytes.subarray(end), at, scanner.left)
  }

  /** Hands over all that is remembered. */
  replay(read: ReadRun): void {
    for (const segment of [this.#older, this.#current]) if (segment) eachRun(segment, read)
  }

  /** The segment to write into; `null` for more bytes than may be remembered. */
  #roomFor(bytes: number, left: number): Segment | null {
    const segment = this.#current
    const isSameKind = (segment?.left === unframed) === (left === unframed)
    if (segment && isSameKind && segment.length + bytes <= segment.bytes.length) return segment
    const most = this.#most()
    if (bytes > most) return null
    if (!segment) this.#current = createSegment(Math.max(bytes, firstBytes), left)
    else if (isSameKind && segment.length + bytes <= most) {
      grow(segment, Math.min(most, Math.max(segment.length + bytes, 2 * segment.bytes.length)))
    } else this.#turn(isSameKind ? most : Math.max(firstBytes, bytes), left)
    return this.#current
  }

  /** Begins a new segment, in the memory of the one that is forgotten where that fits. */
  #turn(bytes: number, left: number): void {
    const forgotten = this.#older
    if (forgotten) this.isCut = true
    this.#older = this.#current
    this.#current = createSegment(bytes, left, forgotten?.bytes)
  }

  /** Of one segment. */
  #most(): number {
    return Math.ceil(this.#mostBytes() / 2)
  }
}

function createSegment(bytes: number, left: number, used?: Buffer): Segment {
  const memory = used?.length === bytes ? used : Buffer.allocUnsafeSlow(bytes)
  return { bytes: memory, length: 0, run: 0, left }
}

function grow(segment: Segment, bytes: number): void {
  const larger = Buffer.allocUnsafeSlow(bytes)
  larger.set(segment.bytes.subarray(0, segment.length))
  segment.bytes = larger
}

/** Writes bytes behind the others, into a run of their own if the last one began a while ago. */
function write(segment: Segment, added: Buffer, at: number): void {
  const { bytes, length } = segment
  if (length === 0 || at - bytes.readDoubleLE(segment.run) >= runMs) {
    segment.run = length
    segment.length += runHeadBytes
    bytes.writeDoubleLE(at, length)
  }
  bytes.set(added, segment.length)
  segment.length += added.length
  bytes.writeUInt32LE(segment.length - segment.run - runHeadBytes, segment.run + momentBytes)
}

function eachRun({ bytes, length, left }: Segment, read: ReadRun): void {
  let now = left
  for (let run = 0; run < length; ) {
    const from = run + runHeadBytes
    const end = from + bytes.readUInt32LE(run + momentBytes)
    now = read(bytes.subarray(from, end), bytes.readDoubleLE(run), now)
    run = end
  }
}
