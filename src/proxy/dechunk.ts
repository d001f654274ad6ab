/** Finds the body in bytes that have come in chunked framing, which `ChunkScanner` has looked at before. */

/** A piece of the body, from one place in the text up to another. */
export type OnPiece = (from: number, to: number) => unknown

const carriageReturn = 13
const lineEnd = 2
const [zero, nine, a] = [48, 57, 97]
const toLowerCase = 0x20

/**
 * Hands over each piece of the body in a text with one character per byte. `left` is what is still to come of a chunk that
 * has begun before, its line end included; bytes without framing are a chunk without end. Returns what is left behind it.
 */
export function eachPiece(text: string, left: number, onPiece: OnPiece): number {
  let from = 0
  let now = left
  while (from < text.length) {
    if (now === 0) {
      for (let code = text.charCodeAt(from); code !== carriageReturn; code = text.charCodeAt(++from)) {
        now = now * 16 + (code <= nine ? code - zero : (code | toLowerCase) - a + 10)
      }
      from += lineEnd
      now += lineEnd
    }
    const here = Math.min(now, text.length - from)
    const data = Math.min(now - lineEnd, here)
    if (data > 0) onPiece(from, from + data)
    from += here
    now -= here
  }
  return now
}
