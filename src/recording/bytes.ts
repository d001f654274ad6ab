/** Bytes in a line of JSON: readable where they can be, and always the same bytes again. */

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

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
  return 'text' in packed ? encoder.encode(packed.text) : new Uint8Array(Buffer.from(packed.base64, 'base64'))
}

/** Whether a text is base64 as `packBytes` writes it: nothing that a decoder would skip in silence. */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)
}
