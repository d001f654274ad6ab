/** What of a `Content-Encoding` says anything. RFC 9110, section 8.4. */

/**
 * Words that servers write there and that name no coding. Browsers take such a body as it is, and it is as it is:
 * `none` is what graphql-sse sends, and what many give a stream so that nothing on the way compresses it.
 */
const nothing = new Set(['', 'identity', 'none', 'utf-8', 'utf8', 'binary', '7bit', '8bit', 'chunked', 'null'])

/** The codings that were applied, in their order and in small letters; none where the body is as it is. */
export function contentCodings(contentEncoding: string | null | undefined): string[] {
  return (contentEncoding ?? '')
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => !nothing.has(coding))
}
