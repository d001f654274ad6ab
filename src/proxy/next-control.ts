/** Finds control characters in bytes, sixteen bytes at a step: text has hardly any but the ends of its lines. */

/** Bytes, and the same as words. */
export interface SearchedBytes {
  bytes: Uint8Array
  words: DataView
}

const controls = 16
/** In each byte of a word: the lowest value that is not looked for, and the bit that a byte below it leaves. */
const lowest = 0x10101010
const borrowed = 0x80808080 | 0
const [wordBytes, stepBytes] = [4, 16]

/** Prepares bytes to be searched. */
export function searchable(bytes: Uint8Array): SearchedBytes {
  return { bytes, words: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) }
}

/** Where the first byte below 16 is (ends of lines, NUL, tabs), from `from` on; `to` where there is none before. */
export function nextControl({ bytes, words }: SearchedBytes, from: number, to: number): number {
  let at = from
  for (; at + stepBytes <= to; at += stepBytes) {
    const one = words.getInt32(at, true)
    const two = words.getInt32(at + wordBytes, true)
    const three = words.getInt32(at + 2 * wordBytes, true)
    const four = words.getInt32(at + 3 * wordBytes, true)
    const below = borrowOf(one) | borrowOf(two) | borrowOf(three) | borrowOf(four)
    if ((below & borrowed) !== 0) break
  }
  for (; at + wordBytes <= to; at += wordBytes) {
    const below = borrowOf(words.getInt32(at, true)) & borrowed
    if (below !== 0) return at + ((31 - Math.clz32(below & -below)) >> 3)
  }
  while (at < to && (bytes[at] ?? 0) >= controls) at++
  return at
}

/** A word whose high bits tell which of its bytes are below 16: the lowest of them without fail. */
function borrowOf(word: number): number {
  return (word - lowest) & ~word
}
