/**
 * Tells plain chunks of a chunked body from everything else, without touching a byte. RFC 9112, section 7.1: a size in
 * hexadecimal, CRLF, so many bytes, CRLF. Extensions, the last chunk, sizes written in other ways are not its business.
 */

/** Where scanned bytes lie in the framing. */
export interface Framing {
  /** Bytes of the chunk under way that are still to come where these bytes begin, its line end included; 0 between chunks. */
  left: number
  /** How many of these bytes are body. */
  bodyBytes: number
}

/** What lies behind the plain chunks: more of them, once it has come; something else; or no chunked body at all. */
export type BehindChunks = 'more' | 'other' | 'broken'

const carriageReturn = 13
const lineFeed = 10
const lineEndBytes = 2
/** Seven digits: 256 MiB in one chunk. */
const mostDigits = 7
const noDigit = 16

/** The value of each byte as a hexadecimal digit. */
const digits = Uint8Array.from({ length: 256 }, (_, byte) => {
  const value = Number.parseInt(String.fromCharCode(byte), 16)
  return Number.isNaN(value) ? noDigit : value
})

/** Scans one body, from its beginning on, or from a place of which it is known what is left of a chunk. */
export class ChunkScanner {
  left: number
  bodyBytes = 0
  behind: BehindChunks = 'more'

  constructor(left = 0) {
    this.left = left
  }

  /**
   * Returns how many of the bytes, from the first on, are plain chunks or part of one. What is behind is to be handed in
   * again, with more, where `behind` says so; else the scan is over.
   */
  scan(bytes: Buffer): number {
    this.bodyBytes = 0
    let at = 0
    while (true) {
      if (this.left > 0) {
        const here = Math.min(this.left, bytes.length - at)
        if (!this.#passData(bytes, at, here)) return at
        at += here
        if (this.left > 0) return at
      }
      const next = this.#readSize(bytes, at)
      if (next === at) return at
      at = next
    }
  }

  /** Passes over the rest of a chunk, as far as it has come; false where its line end is none. */
  #passData(bytes: Buffer, at: number, here: number): boolean {
    const data = Math.max(0, this.left - lineEndBytes)
    for (let index = data; index < here; index++) {
      const expected = this.left - index === lineEndBytes ? carriageReturn : lineFeed
      if (bytes[at + index] !== expected) {
        this.behind = 'broken'
        return false
      }
    }
    this.bodyBytes += Math.min(data, here)
    this.left -= here
    return true
  }

  /** Reads a size and its line end; returns where it began if there is no whole one of a plain chunk. */
  #readSize(bytes: Buffer, from: number): number {
    let size = 0
    let at = from
    let digit = digits[bytes[at] ?? 0] ?? noDigit
    while (at < bytes.length && digit < noDigit && at - from < mostDigits) {
      size = size * noDigit + digit
      digit = digits[bytes[++at] ?? 0] ?? noDigit
    }
    const isWhole = at + lineEndBytes <= bytes.length
    const isLine = bytes[at] === carriageReturn && bytes[at + 1] === lineFeed
    if (isWhole && isLine && at > from && size > 0) {
      this.left = size + lineEndBytes
      return at + lineEndBytes
    }
    const mayBecome = at === bytes.length || (bytes[at] === carriageReturn && at + 1 === bytes.length)
    this.behind = mayBecome ? 'more' : 'other'
    return from
  }
}
