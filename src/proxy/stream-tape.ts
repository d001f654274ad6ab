/**
 * The bytes of one stream as they passed, in the order in which they did, to be read later: copying them costs a stream
 * next to nothing, reading them as events would cost it more than passing them on.
 */
import { ChunkScanner } from './chunk-scanner.js'

/** Reads what a tape hands over. */
export interface RunReader {
  /**
   * Bytes that came within a millisecond of each other, one character per byte; `left` are still to come of a chunk that has
   * begun before. Returns what is left behind them.
   */
  read(text: string, at: number, left: number): number
}

interface Segment {
  bytes: Buffer
  length: number
  /** Where a run begins, and when it came: offset, moment, offset, moment, … */
  marks: number[]
  /** The framing at its beginning: bytes of a chunk that are still to come there; `plain` where there is none. */
  left: number
  /** What has been read of it, and the framing there. */
  read: number
  readLeft: number
}

/** Bytes without framing: a chunk that never ends. */
const plain = Number.POSITIVE_INFINITY
const firstBytes = 256
/** Bytes of the longest line that tells the size of a chunk, and some. */
const longestSize = 16
const runMs = 1

/** Two segments: when the one that is written is full, it takes the place of the older one. */
export class StreamTape {
  readonly #mostBytes: () => number
  readonly #reader: RunReader
  #current: Segment | null = null
  #older: Segment | null = null
  #lastMarkAt = 0
  /** Whether bytes before the oldest ones have been forgotten. */
  isCut = false

  /** `mostBytes` is asked for each time that a segment is full; `reader` gets every byte once. */
  constructor(mostBytes: () => number, reader: RunReader) {
    this.#mostBytes = mostBytes
    this.#reader = reader
  }

  /** `left` is for bytes in chunked framing: how much of a chunk that has begun before is still to come in them. */
  append(bytes: Buffer, at: number, left: number = plain): void {
    const segment = this.#roomFor(bytes.length, left)
    if (segment) {
      this.#write(segment, bytes, at)
      return
    }
    // More than is remembered: what will be forgotten at once is read at once, and never copied.
    const first = bytes.subarray(0, bytes.length - this.#most() + longestSize)
    const end = left === plain ? first.length : new ChunkScanner(left).scan(first)
    const behind = this.#reader.read(bytes.toString('latin1', 0, end), at, left)
    this.#older = null
    this.#current = createSegment(this.#most(), behind, this.#current?.bytes)
    this.isCut = true
    this.append(bytes.subarray(end), at, behind)
  }

  #write(segment: Segment, bytes: Buffer, at: number): void {
    if (segment.length === 0 || at - this.#lastMarkAt >= runMs) {
      segment.marks.push(segment.length, at)
      this.#lastMarkAt = at
    }
    segment.bytes.set(bytes, segment.length)
    segment.length += bytes.length
  }

  /** Hands over what has not been read. */
  read(): void {
    const segment = this.#current
    if (!segment || segment.read === segment.length) return
    const { read, readLeft } = segment
    segment.read = segment.length
    segment.readLeft = eachRun(segment, read, readLeft, this.#reader)
  }

  /** Hands over all that is remembered, once more. */
  replay(reader: RunReader): void {
    for (const segment of [this.#older, this.#current]) if (segment) eachRun(segment, 0, segment.left, reader)
  }

  /** The segment to write into; `null` for more bytes than may be remembered. */
  #roomFor(bytes: number, left: number): Segment | null {
    const segment = this.#current
    const isSameKind = (segment?.left === plain) === (left === plain)
    if (segment && isSameKind && segment.length + bytes <= segment.bytes.length) return segment
    this.read()
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
  return { bytes: memory, length: 0, marks: [], left, read: 0, readLeft: left }
}

function grow(segment: Segment, bytes: number): void {
  const larger = Buffer.allocUnsafeSlow(bytes)
  larger.set(segment.bytes.subarray(0, segment.length))
  segment.bytes = larger
}

/** Hands over the runs from a place on; returns the framing behind them. */
function eachRun({ bytes, length, marks }: Segment, from: number, left: number, reader: RunReader): number {
  let now = left
  for (let index = 0; index < marks.length; index += 2) {
    const end = marks[index + 2] ?? length
    const begin = Math.max(from, marks[index] ?? 0)
    if (begin < end) now = reader.read(bytes.toString('latin1', begin, end), marks[index + 1] ?? 0, now)
  }
  return now
}
