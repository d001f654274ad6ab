/** Finds the body in bytes that have come in chunked framing, which `ChunkScanner` has looked at before. */

/** A piece of the body, from one place in the bytes up to another. */
export type OnPiece = (from: number, to: number) => unknown

/** What is left of a chunk in bytes without framing, which are a chunk without end. */
export const unframed: number = Number.POSITIVE_INFINITY

const carriageReturn = 13
const lineEnd = 2
const [zero, nine, a] = [48, 57, 97]
const toLowerCase = 0x20

/**
 * Hands over each piece of the body. `left` is what is still to come of a chunk that has begun before, its line end included;
 * `unframed` where there are no chunks. Returns what is left behind the bytes.
 */
export function eachPiece(bytes: Uint8Array, left: number, onPiece: OnPiece): number {
  let from = 0
  let now = left
  while (from < bytes.length) {
    if (now === 0) {
      for (let code = bytes[from]; code !== undefined && code !== carriageReturn; code = bytes[++from]) {
        now = now * 16 + (code <= nine ? code - zero : (code | toLowerCase) - a + 10)
      }
      from += lineEnd
      now += lineEnd
    }
    const here = Math.min(now, bytes.length - from)
    const data = Math.min(now - lineEnd, here)
    if (data > 0) onPiece(from, from + data)
    from += here
    now -= here
  }
  return now
}
