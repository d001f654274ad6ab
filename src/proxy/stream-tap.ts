/**
 * Reads what passes on an event stream and writes it into the ledger. It sees each chunk after it was sent on: it
 * cannot delay or change a byte, and a fault in it ends the tap, not the stream.
 */
import type { IncomingMessage } from 'node:http'
import { eventStreamMediaType } from '../sse/encode.js'
import { createParser } from '../sse/parse.js'
import type { RequestEntry } from './ledger.js'

/** Called with each body chunk. */
export type ChunkWatcher = (chunk: Buffer) => void

/** Enough for ids and types; data is only counted. */
const maxLength = 4096

/** Starts a stream in the ledger, when the response is one. Encoded streams (gzip and the like) are counted in bytes. */
export function tapStream(incoming: IncomingMessage, request: RequestEntry): ChunkWatcher | undefined {
  if (!isEventStream(incoming)) return undefined
  const stream = request.openStream(incoming.statusCode ?? 0)
  if (isEncoded(incoming)) return (chunk) => stream.chunk(chunk.length)
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

/** Whether the response is an event stream, by the essence of its media type. */
export function isEventStream(incoming: IncomingMessage): boolean {
  const essence = incoming.headers['content-type']?.split(';', 1)[0]
  return essence?.trim().toLowerCase() === eventStreamMediaType
}

function isEncoded(incoming: IncomingMessage): boolean {
  const encoding = incoming.headers['content-encoding']?.trim().toLowerCase()
  return encoding !== undefined && encoding !== '' && encoding !== 'identity'
}
