/**
 * The bytes of one stream as they passed, in the order in which they did, to be read later: copying them costs a stream
 * next to nothing, reading them as events would cost it more than passing them on.
 */

/** Bytes that came within a millisecond of each other, one character per byte. */
export type OnRun = (text: string, at: number) => void

interface Segment {
  bytes: Buffer
  length: number
  /** Where a run begins, and when it came: offset, moment, offset, moment, … */
  marks: number[]
  /** What has been read of it. */
  read: number
}

const firstBytes = 1024
const runMs = 1

/** Two segments: when the one that is written is full, it takes the place of the older one. */
export class StreamTape {
  readonly #mostBytes: () => number
  readonly #onRun: OnRun
  #current: Segment = createSegment(firstBytes)
  #older: Segment | null = null
  #lastMarkAt = 0
  /** Whether bytes before the oldest ones have been forgotten. */
  isCut = false

  /** `mostBytes` is asked for each time that a segment is full; `onRun` gets every byte once, when it is read. */
  constructor(mostBytes: () => number, onRun: OnRun) {
    this.#mostBytes = mostBytes
    this.#onRun = onRun
  }

  append(chunk: Buffer, at: number): void {
    if (this.#current.length + chunk.length > this.#current.bytes.length) this.#makeRoom(chunk.length)
    const { bytes, length, marks } = this.#current
    if (chunk.length > bytes.length) {
      this.#passBy(chunk, at)
      return
    }
    if (length === 0 || at - this.#lastMarkAt >= runMs) {
      marks.push(length, at)
      this.#lastMarkAt = at
    }
    bytes.set(chunk, length)
    this.#current.length += chunk.length
  }

  /** Hands over what has not been read. */
  read(): void {
    const segment = this.#current
    if (segment.read === segment.length) return
    const from = segment.read
    segment.read = segment.length
    eachRun(segment, from, this.#onRun)
  }

  /** Hands over all that is remembered, once more. */
  replay(onRun: OnRun): void {
    if (this.#older) eachRun(this.#older, 0, onRun)
    eachRun(this.#current, 0, onRun)
  }

  #makeRoom(bytes: number): void {
    this.read()
    const { length } = this.#current
    const most = this.#mostBytes() / 2
    if (length + bytes <= most) {
      const larger = createSegment(Math.min(most, Math.max(length + bytes, 2 * this.#current.bytes.length)))
      larger.bytes.set(this.#current.bytes.subarray(0, length))
      this.#current = { ...this.#current, bytes: larger.bytes }
      return
    }
    if (this.#older) this.isCut = true
    this.#older = this.#current
    this.#current = createSegment(Math.min(most, Math.max(firstBytes, length)))
  }

  /** A chunk larger than all that may be remembered is read at once. */
  #passBy(chunk: Buffer, at: number): void {
    this.#onRun(chunk.toString('latin1'), at)
    this.#older = null
    this.#current = createSegment(firstBytes)
    this.isCut = true
  }
}

function createSegment(bytes: number): Segment {
  return { bytes: Buffer.allocUnsafeSlow(Math.ceil(bytes)), length: 0, marks: [], read: 0 }
}

function eachRun({ bytes, length, marks }: Segment, from: number, onRun: OnRun): void {
  for (let index = 0; index < marks.length; index += 2) {
    const end = marks[index + 2] ?? length
    const begin = Math.max(from, marks[index] ?? 0)
    if (begin < end) onRun(bytes.toString('latin1', begin, end), marks[index + 1] ?? 0)
  }
}
