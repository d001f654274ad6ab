/** Bytes that `encodeBinary` of `sse-coord/server` sent as base64 (RFC 4648, section 4). */

/**
 * The bytes of an event's data; with SSECoordinator, which parses JSON, of the string that it gives.
 *
 * @throws DOMException `InvalidCharacterError` when the text is not base64.
 */
export function decodeBinary(text: string): ReturnType<Uint8ArrayConstructor['from']> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}
