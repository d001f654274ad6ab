/**
 * Keeps what passes on an event stream, to be read into the ledger when somebody looks. It sees each chunk after it was
 * sent on: it cannot delay or change a byte, and a fault in it ends the tap, not the stream.
 */
import type { IncomingMessage } from 'node:http'
import type { ResponseHead } from '../faults/index.js'
import { eventStreamMediaType } from '../sse/encode.js'
import type { Framing } from './chunk-scanner.js'
import { headerOf } from './header-of.js'
import type { StreamEntry } from './ledger-entries.js'
import type { StreamCapture } from './stream-capture.js'
import { createStreamReader } from './stream-reader.js'
import type { WatchStream } from './stream-watchers.js'

/** Sees what a stream carries. */
export interface StreamTap {
  /** Bytes were sent to the client: a piece of the body, or, with `framing`, of the body in its chunks. */
  see(bytes: Buffer, framing?: Framing): void
  /** Whether it sees the body in its chunks as well; else it wants each chunk on its own. */
  readonly seesFraming: boolean
}

/** Taps a stream that has opened. Encoded ones (gzip and the like) are counted in bytes. */
export function tapStream(
  stream: StreamEntry,
  head: ResponseHead,
  { capture, watch }: { capture: StreamCapture; watch: WatchStream },
): StreamTap {
  const watchChunk = watch(stream.snapshot(), head)
  const tape = isEncoded(headerOf(head, 'content-encoding'))
    ? undefined
    : capture.open(stream.number, createStreamReader(stream))
  if (tape) stream.readBy(() => tape.read())
  return {
    see(bytes, framing) {
      const at = stream.chunk(framing?.bodyBytes ?? bytes.length)
      tape?.append(bytes, at, framing?.left)
      if (stream.isHeard) tape?.read()
      watchChunk?.(bytes, at)
    },
    seesFraming: watchChunk === undefined,
  }
}

/** Whether a request asks for an event stream, as every EventSource does. */
export function wantsEventStream({ headers }: IncomingMessage): boolean {
  return headers.accept?.includes(eventStreamMediaType) ?? false
}

/** Whether a content type is that of an event stream, by its essence. */
export function isEventStream(contentType: string | undefined): boolean {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() === eventStreamMediaType
}

/** Shows a tap what it sees; should it throw, that is heard of as a process warning and it sees no more. */
export function watchSafely(tap: StreamTap | undefined): StreamTap['see'] {
  let current = tap
  return (bytes, framing) => {
    try {
      current?.see(bytes, framing)
    } catch (error) {
      current = undefined
      process.emitWarning(error instanceof Error ? error : String(error))
    }
  }
}

function isEncoded(contentEncoding: string | undefined): boolean {
  const encoding = contentEncoding?.trim().toLowerCase()
  return encoding !== undefined && encoding !== '' && encoding !== 'identity'
}
