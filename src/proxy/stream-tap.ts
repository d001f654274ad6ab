/**
 * Reads what passes on an event stream into the ledger, and keeps the last of it. It sees each chunk after it was sent on: it
 * cannot change a byte, and a fault in it ends the tap, not the stream.
 */
import type { IncomingMessage } from 'node:http'
import { contentCodings } from '../evidence/content-codings.js'
import type { ResponseHead } from '../faults/index.js'
import { eventStreamMediaType } from '../sse/encode.js'
import type { Framing } from './chunk-scanner.js'
import { unframed } from './dechunk.js'
import { headerOf } from './header-of.js'
import type { StreamEntry } from './ledger-entries.js'
import type { StreamCapture } from './stream-capture.js'
import { StreamReader } from './stream-reader.js'
import type { StreamTape } from './stream-tape.js'
import type { StreamWatchers, WatchChunk } from './stream-watchers.js'

/** What a tap writes to. */
export interface TapParts {
  capture: StreamCapture
  watch: StreamWatchers['open']
}

/** Sees what one stream carries. */
export class StreamTap {
  readonly #stream: StreamEntry
  readonly #reader: StreamReader | undefined
  readonly #tape: StreamTape | undefined
  readonly #watchChunk: WatchChunk | undefined
  #isOver = false

  /** For a stream that has opened. Encoded ones (gzip and the like) are counted in bytes. */
  constructor(stream: StreamEntry, head: ResponseHead, { capture, watch }: TapParts) {
    this.#stream = stream
    this.#watchChunk = watch(stream, head)
    if (contentCodings(headerOf(head, 'content-encoding')).length > 0) return
    this.#reader = new StreamReader(stream)
    this.#tape = capture.open(stream.number)
  }

  /** Whether it sees the body in its chunks as well; else it wants each piece of the body on its own. */
  get seesFraming(): boolean {
    return this.#watchChunk === undefined
  }

  /**
   * Bytes were sent to the client: a piece of the body, or, with `framing`, of the body in its chunks. A fault in who watches
   * is heard of as a process warning, and ends the tap.
   */
  see(bytes: Buffer, framing?: Framing): void {
    if (this.#isOver) return
    try {
      const at = this.#stream.chunk(framing?.bodyBytes ?? bytes.length)
      const left = framing?.left ?? unframed
      this.#reader?.read(bytes, at, left)
      this.#tape?.append(bytes, at, left)
      this.#watchChunk?.(bytes, at)
    } catch (error) {
      this.#isOver = true
      process.emitWarning(error instanceof Error ? error : String(error))
    }
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
