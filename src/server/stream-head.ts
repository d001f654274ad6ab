/** The head of a stream's request and response, whatever carries it. HTML standard, section 9.2. */
import { decodeLastEventId } from '../sse/last-event-id.js'

/** What keeps caches and proxies from storing, changing or holding back a stream. */
export const streamHeaders: Readonly<Record<string, string>> = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-cache, no-store, no-transform',
  'X-Accel-Buffering': 'no',
}

/**
 * The header's value; else that of the query parameter `lastEventId`, with which clients that cannot set the header begin.
 * A client that has both reconnects to the URL it began with, and its header is the newer one.
 */
export function lastEventIdFrom(header: string | null | undefined, url: string | undefined): string {
  // Some runtimes decode header values as UTF-8 themselves; what has wide characters is no byte string any more.
  if (header) return /[^\0-\xff]/.test(header) ? header : decodeLastEventId(header)
  const query = url?.indexOf('?') ?? -1
  return query < 0 ? '' : (new URLSearchParams(url?.slice(query)).get('lastEventId') ?? '')
}
