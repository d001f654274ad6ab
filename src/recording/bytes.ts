/** Bytes in a line of JSON: readable where they can be, and always the same bytes again. */

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Text where the bytes are whole UTF-8, else base64. */
export function packBytes(bytes: Uint8Array): { text: string } | { base64: string } {
  try {
    return { text: decoder.decode(bytes) }
  } catch {
    return { base64: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64') }
  }
}

/** The bytes again. */
export function unpackBytes(packed: { text: string } | { base64: string }): Uint8Array {
  return 'text' in packed ? encodeText(packed.text) : plain(Buffer.from(packed.base64, 'base64'))
}

/** A text in UTF-8. Small ones share their memory, as Node pools it: of a hundred bytes each costs a third. */
export function encodeText(text: string): Uint8Array {
  return plain(Buffer.from(text))
}

function plain({ buffer, byteOffset, length }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length)
}

/** Whether a text is base64 as `packBytes` writes it: nothing that a decoder would skip in silence. */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)
}
