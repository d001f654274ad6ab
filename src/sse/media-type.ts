/** Which type an answer has in a browser. Fetch standard, “extract a MIME type”. */

/**
 * `text/event-stream` of `text/event-stream; charset=utf-8`, in small letters; `null` without the header. Where it was sent
 * more than once, as by an app and again by the proxy in front, a browser takes the last.
 *
 * @param contentType the header; several of one name joined by commas
 */
export function mediaTypeOf(contentType: string | null | undefined): string | null {
  return lastOf(contentType)?.split(';')[0]?.trim().toLowerCase() ?? null
}

/** The charset that it names, in small letters and without quotes; `null` where it names none. */
export function charsetOf(contentType: string | null | undefined): string | null {
  return /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(lastOf(contentType) ?? '')?.[1]?.toLowerCase() ?? null
}

function lastOf(contentType: string | null | undefined): string | null {
  return contentType?.split(',').at(-1) ?? null
}
