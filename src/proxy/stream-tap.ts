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
import { StreamReader } from './stream-reader.js'
import type { StreamTape } from './stream-tape.js'
import type { WatchChunk, WatchStream } from './stream-watchers.js'

/** What a tap writes to. */
export interface TapParts {
  capture: StreamCapture
  watch: WatchStream
}

/** Sees what one stream carries. */
export class StreamTap {
  readonly #stream: StreamEntry
  readonly #tape: StreamTape | undefined
  readonly #watchChunk: WatchChunk | undefined
  #isOver = false

  /** For a stream that has opened. Encoded ones (gzip and the like) are counted in bytes. */
  constructor(stream: StreamEntry, head: ResponseHead, { capture, watch }: TapParts) {
    this.#stream = stream
    this.#watchChunk = watch(stream.snapshot(), head)
    if (isEncoded(headerOf(head, 'content-encoding'))) return
    this.#tape = capture.open(stream.number, new StreamReader(stream))
    stream.readFrom(this.#tape)
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
      this.#tape?.append(bytes, at, framing?.left)
      if (this.#tape && this.#stream.isHeard) this.#tape.read()
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

function isEncoded(contentEncoding: string | undefined): boolean {
  const encoding = contentEncoding?.trim().toLowerCase()
  return encoding !== undefined && encoding !== '' && encoding !== 'identity'
}
