/**
 * The `Last-Event-ID` request header. HTML standard, section 9.2.3: its value is the id *encoded as UTF-8*, which HTTP
 * libraries hand over as one character per byte.
 */

/**
 * The header's value for an id, one character per UTF-8 byte, as `fetch` and Node's `http` want it: `unescape` makes a
 * character of each byte that `encodeURIComponent` wrote down. For ids that were decoded from bytes, in as few bytes of the
 * coordinator's own as can be.
 *
 * @throws URIError for half a surrogate pair, which no such text has.
 */
export function encodeLastEventId(id: string): string {
  return unescape(encodeURIComponent(id))
}

/** The same for a text from anywhere: half a surrogate pair becomes U+FFFD, as the platform's own encoder has it. */
export function toHeaderBytes(text: string): string {
  return encodeLastEventId(text.replace(/\p{Surrogate}/gu, '\uFFFD'))
}

/** The id that a header's value stands for. Malformed UTF-8 becomes U+FFFD. */
export function decodeLastEventId(value: string): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(
    Uint8Array.from(value, (character) => character.charCodeAt(0)),
  )
}
