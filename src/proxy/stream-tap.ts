/**
 * Keeps what passes on an event stream, to be read into the ledger when somebody looks. It sees each chunk after it was
 * sent on: it cannot delay or change a byte, and a fault in it ends the tap, not the stream.
 */
import type { ResponseHead } from '../faults/index.js'
import { eventStreamMediaType } from '../sse/encode.js'
import { headerOf } from './header-of.js'
import type { StreamEntry } from './ledger-entries.js'
import type { StreamCapture } from './stream-capture.js'
import { createStreamReader } from './stream-reader.js'
import type { WatchStream } from './stream-watchers.js'

/** Called with each body chunk. */
export type ChunkWatcher = (chunk: Buffer) => void

/** Taps a stream that has opened. Encoded ones (gzip and the like) are counted in bytes. */
export function tapStream(
  stream: StreamEntry,
  head: ResponseHead,
  { capture, watch }: { capture: StreamCapture; watch: WatchStream },
): ChunkWatcher {
  const watchChunk = watch(stream.snapshot(), head)
  const tape = isEncoded(headerOf(head, 'content-encoding'))
    ? undefined
    : capture.open(stream.number, createStreamReader(stream))
  if (tape) stream.readBy(() => tape.read())
  return (chunk) => {
    const at = stream.chunk(chunk.length)
    tape?.append(chunk, at)
    if (stream.isHeard) tape?.read()
    watchChunk?.(chunk, at)
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
