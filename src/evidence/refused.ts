/** Streams that a page asked for and did not get. */
import type { ObservedStream } from './app.js'

/** What an `EventSource` takes, and nothing else. */
const streamType = 'text/event-stream'

/** Why a page did not get this stream, or not again; null where it did, or where nobody knows yet. `204` is a server's own wish. */
export function refusalOf({ kind, status, mediaType, failure }: ObservedStream): string | null {
  if (failure !== undefined) return failure
  if (kind !== 'EventSource' || status === null || status === 204) return null
  if (status !== 200) return `answered with ${status}`
  return mediaType === undefined || mediaType === streamType ? null : mediaType || 'no content type'
}
