/**
 * Reads what passes on an event stream and writes it into the ledger. It sees each chunk after it was sent on: it
 * cannot delay or change a byte, and a fault in it ends the tap, not the stream.
 */
import { eventStreamMediaType } from '../sse/encode.js'
import { createParser } from '../sse/parse.js'
import type { RequestEntry } from './ledger.js'

/** Called with each body chunk. */
export type ChunkWatcher = (chunk: Buffer) => void

/** Enough for ids and types; data is only counted. */
const maxLength = 4096

/** What tells an event stream from another response. */
export interface TappedHead {
  status: number
  contentType: string | undefined
  contentEncoding: string | undefined
}

/** Starts a stream in the ledger, when the response is one. Encoded streams (gzip and the like) are counted in bytes. */
export function tapStream(head: TappedHead, request: RequestEntry): ChunkWatcher | undefined {
  if (!isEventStream(head.contentType)) return undefined
  const stream = request.openStream(head.status)
  if (isEncoded(head.contentEncoding)) return (chunk) => stream.chunk(chunk.length)
  const parser = createParser(
    {
      onEvent: (event) => stream.event(event.type, event.hasId ? event.lastEventId : null),
      onComment: () => stream.comment(),
      onRetry: (ms) => stream.retry(ms),
    },
    { maxLength },
  )
  return (chunk) => {
    stream.chunk(chunk.length)
    parser.feed(chunk)
  }
}

/** Whether a content type is that of an event stream, by its essence. */
export function isEventStream(contentType: string | undefined): boolean {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() === eventStreamMediaType
}

/** Shows a chunk to a watcher; one that throws is heard of as a process warning and sees no more. */
export function watchSafely(watchChunk: ChunkWatcher | undefined, chunk: Buffer): ChunkWatcher | undefined {
  try {
    watchChunk?.(chunk)
    return watchChunk
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error))
    return undefined
  }
}

function isEncoded(contentEncoding: string | undefined): boolean {
  const encoding = contentEncoding?.trim().toLowerCase()
  return encoding !== undefined && encoding !== '' && encoding !== 'identity'
}
