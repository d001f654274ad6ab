/** Takes a content encoding off, chunk by chunk, without ever waiting for the next one. RFC 9110, section 8.4. */

import type { Transform } from 'node:stream'
import { constants, createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib'
import { SseCoordError } from '../error.js'
import { contentCodings } from '../evidence/content-codings.js'

/** Decodes one body. */
export interface Decoder {
  /**
   * What the chunk adds to the body; empty while the compressor on the other side holds everything back.
   *
   * @throws SseCoordError `bad-encoding` where the bytes are not what the header says, or a chunk unpacks to more than
   * the bound
   */
  decode(bytes: Uint8Array): Promise<Uint8Array>
  close(): void
}

/** Most bytes that one chunk may become: a bomb of a few kilobytes unpacks to gigabytes. */
const defaultMaxBytes = 16 * 1024 * 1024

/**
 * The decoder for a `Content-Encoding`; `undefined` for one that is not known here (zstd, or a made-up one). Without an
 * encoding, also where the header says `none`, chunks pass as they are.
 *
 * @param options.maxBytes most bytes that one chunk may become; 16 MiB by default
 */
export function createDecoder(
  contentEncoding: string | undefined,
  { maxBytes = defaultMaxBytes }: { maxBytes?: number } = {},
): Decoder | undefined {
  // The last one was applied last, and comes off first. Nobody sends more than two; each costs a window of memory.
  const steps = contentCodings(contentEncoding)
    .reverse()
    .map((coding) => stepFor(coding, maxBytes))
  if (steps.length > 3 || steps.includes(undefined)) return undefined
  return {
    async decode(bytes) {
      let result = bytes
      for (const step of steps) if (step && result.length > 0) result = await step.decode(result)
      return result
    },
    close() {
      for (const step of steps) step?.close()
    },
  }
}

const flushing = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH }

function stepFor(coding: string, maxBytes: number): Decoder | undefined {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return createStep(() => createGunzip(flushing), coding, maxBytes)
    case 'deflate':
      // Meant is zlib's format; some servers send it without its two bytes of header.
      return createStep(
        (first) => ((first & 0x0f) === 8 ? createInflate : createInflateRaw)(flushing),
        coding,
        maxBytes,
      )
    case 'br':
      return createStep(() => createBrotliDecompress({ flush: constants.BROTLI_OPERATION_FLUSH }), coding, maxBytes)
    default:
      return undefined
  }
}

/** @param create makes the transform, once the first byte is known */
function createStep(create: (firstByte: number) => Transform, coding: string, maxBytes: number): Decoder {
  let transform: Transform | undefined
  let parts: Buffer[] = []
  let length = 0
  let fail: ((error: SseCoordError) => void) | undefined
  let failure: SseCoordError | undefined

  function refuse(error: SseCoordError): void {
    failure ??= error
    transform?.destroy()
    fail?.(failure)
  }

  function start(firstByte: number): Transform {
    const started = create(firstByte)
    started.on('data', (part: Buffer) => {
      length += part.length
      if (length > maxBytes) return refuse(tooLarge(coding, maxBytes))
      parts.push(part)
    })
    started.on('error', (error) => refuse(broken(coding, error)))
    return started
  }

  return {
    decode(bytes) {
      if (failure) return Promise.reject(failure)
      transform ??= start(bytes[0] ?? 0)
      const current = transform
      return new Promise((resolve, reject) => {
        fail = reject
        // Called when all that the chunk unpacks to has been handed out.
        current.write(bytes, (error) => {
          fail = undefined
          if (error) return reject(failure ?? broken(coding, error))
          const result = Buffer.concat(parts)
          parts = []
          length = 0
          resolve(result)
        })
      })
    },
    close: () => void transform?.destroy(),
  }
}

function broken(coding: string, cause: Error): SseCoordError {
  return new SseCoordError('bad-encoding', `The body is not ${coding}, as its Content-Encoding says.`, { cause })
}

function tooLarge(coding: string, maxBytes: number): SseCoordError {
  return new SseCoordError('bad-encoding', `One chunk of ${coding} unpacks to more than ${maxBytes} bytes.`)
}
