/** Bytes in an event stream, which is text: as base64 (RFC 4648, section 4), a third longer than the bytes. */

/** The bytes as base64 text, to be pushed or broadcast as data. In the page: `Uint8Array.fromBase64` or `atob`. */
export function encodeBinary(bytes: Uint8Array | ArrayBuffer): string {
  const view =
    bytes instanceof ArrayBuffer ? Buffer.from(bytes) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return view.toString('base64')
}
