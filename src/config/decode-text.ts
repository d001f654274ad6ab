/**
 * Texts in files of the user's. Editors of Windows put a mark before UTF-8, and `>` of Windows PowerShell writes UTF-16: both are
 * the same text to us.
 */

/** The text, without its mark. */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes)
}

/** The same pieces of a file, unless they are UTF-16 and say so at their beginning: then in UTF-8. */
export async function* asUtf8(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = new TextEncoder()
  let decoder: TextDecoder | null | undefined
  for await (const piece of pieces) {
    if (decoder === undefined) decoder = encodingOf(piece) === 'utf-8' ? null : new TextDecoder(encodingOf(piece))
    yield decoder ? encoder.encode(decoder.decode(piece, { stream: true })) : piece
  }
}

/** By the mark at the beginning; the encoding standard, section 6. */
function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
}
