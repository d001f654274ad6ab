/** Undoes content codings. RFC 9110, section 8.4.1. */
import { type Duplex, Transform, type TransformCallback } from 'node:stream'
import { constants, createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib'
import { contentCodings } from '../../evidence/content-codings.js'

/** The codings that Node 20 can undo; zstd came later. */
const decodable = ['gzip', 'x-gzip', 'deflate', 'br', 'identity']

// Each part of a body that was flushed comes out at once, and a body without its end gives what it held.
const atOnce = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH }

/**
 * A stream that undoes a `Content-Encoding`; `null` for a body that has none.
 *
 * @throws RangeError for a coding that cannot be undone here.
 */
export function decodeBody(contentEncoding: string | undefined): Duplex | null {
  const coding = contentCodings(contentEncoding).join(', ')
  if (coding === '') return null
  if (coding === 'gzip' || coding === 'x-gzip') return createGunzip(atOnce)
  if (coding === 'deflate') return new Deflated()
  if (coding === 'br') {
    return createBrotliDecompress({
      flush: constants.BROTLI_OPERATION_FLUSH,
      finishFlush: constants.BROTLI_OPERATION_FLUSH,
    })
  }
  throw new RangeError(`Content-Encoding ${coding}`)
}

/** An `Accept-Encoding` with no more than what `decodeBody` undoes. */
export function decodableOnly(acceptEncoding: string | undefined): string {
  const offered = (acceptEncoding ?? '').split(',').map((offer) => offer.trim())
  return offered.filter((offer) => decodable.includes(codingOf(offer))).join(', ') || 'identity'
}

function codingOf(offer: string): string {
  return (offer.split(';', 1)[0] ?? '').trim().toLowerCase()
}

/** `deflate` means the zlib format, but some servers send it without the frame: the first byte tells. */
class Deflated extends Transform {
  #inflate: ReturnType<typeof createInflate> | ReturnType<typeof createInflateRaw> | undefined

  override _transform(chunk: Buffer, _encoding: BufferEncoding, callback: TransformCallback): void {
    const [first = 0] = chunk
    this.#inflate ??= this.#start((first & 0x0f) === 8 ? createInflate(atOnce) : createInflateRaw(atOnce))
    if (this.#inflate.write(chunk)) callback()
    else this.#inflate.once('drain', callback)
  }

  override _flush(callback: TransformCallback): void {
    if (this.#inflate) this.#inflate.once('end', callback).end()
    else callback()
  }

  override _read(size: number): void {
    this.#inflate?.resume()
    super._read(size)
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#inflate?.destroy()
    callback(error)
  }

  #start<Inflate extends ReturnType<typeof createInflate>>(inflate: Inflate): Inflate {
    inflate.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) inflate.pause()
    })
    inflate.on('error', (error) => this.destroy(error))
    return inflate
  }
}
