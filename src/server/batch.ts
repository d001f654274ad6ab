/**
 * What waits to be written: frames, and batches of frames that many connections share.
 *
 * A broadcast is encoded once. Connections whose pending frames are the same hold the same batch, because appending a
 * frame to a batch gives the same next batch to every connection that asks; so the bytes of a tick are made once, however
 * many connections get them, and whatever the order in which channels and sessions wrote.
 */

/** A piece of an event stream that must not be torn apart: an event, a comment, a reconnection time, or a replay. */
export interface Frame {
  readonly text: string
  /** Length of `text` in UTF-8 bytes. */
  readonly byteLength: number
  /** Newer frames of the same key make this one superfluous for a client that has to catch up. */
  readonly key: string | undefined
}

/** Makes a frame of finished event stream text. */
export function createFrame(text: string, key?: string): Frame {
  return { text, byteLength: Buffer.byteLength(text), key }
}

/** Frames in order. Never changed; `append` gives the next batch. */
export class Batch {
  readonly text: string
  readonly byteLength: number
  #bytes: Buffer | undefined
  #chunk: Buffer | undefined
  #nextFrame: Frame | undefined
  #next: Batch | undefined

  constructor(text = '', byteLength = 0) {
    this.text = text
    this.byteLength = byteLength
  }

  /** This batch with one more frame: the same object for the same frame, as long as nobody appended another between. */
  append(frame: Frame): Batch {
    if (this.#nextFrame === frame && this.#next) return this.#next
    this.#nextFrame = frame
    this.#next = new Batch(this.text + frame.text, this.byteLength + frame.byteLength)
    return this.#next
  }

  /** The text as UTF-8, made once. */
  get bytes(): Buffer {
    this.#bytes ??= Buffer.from(this.text)
    return this.#bytes
  }

  /** The same as one chunk of HTTP/1.1's chunked coding (RFC 9112, section 7.1), made once. */
  get chunk(): Buffer {
    this.#chunk ??= Buffer.from(`${this.byteLength.toString(16)}\r\n${this.text}\r\n`)
    return this.#chunk
  }
}
