/** Undoes `content-encoding` piece by piece, as far as this Node can, and never beyond a bound. */
import zlib from 'node:zlib'

/** What a browser offers, as far as it can be read here. */
export const acceptEncoding: string = 'createZstdDecompress' in zlib ? 'gzip, deflate, br, zstd' : 'gzip, deflate, br'

export interface Decoder {
  feed(bytes: Uint8Array): void
  close(): void
}

/**
 * @param onBytes gets what was decoded
 * @param onFailure the bytes are not what the header says
 * @returns `undefined` for a coding that cannot be read here
 */
export function createDecoder(
  coding: string | null,
  onBytes: (bytes: Uint8Array) => void,
  onFailure: (detail: string) => void,
): Decoder | undefined {
  if (coding === null || coding === '' || coding === 'identity') return { feed: onBytes, close: () => {} }
  const stream = streamFor(coding)
  if (!stream) return undefined
  stream.on('data', onBytes)
  stream.on('error', (error: Error) => onFailure(`the ${coding} cannot be read: ${error.message}`))
  return { feed: (bytes) => void stream.write(bytes), close: () => void stream.destroy() }
}

function streamFor(coding: string): zlib.Gunzip | zlib.BrotliDecompress | undefined {
  const flushed = { flush: zlib.constants.Z_SYNC_FLUSH, finishFlush: zlib.constants.Z_SYNC_FLUSH }
  switch (coding.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return zlib.createGunzip(flushed)
    case 'deflate':
      return zlib.createInflate(flushed)
    case 'br':
      return zlib.createBrotliDecompress({ flush: zlib.constants.BROTLI_OPERATION_FLUSH })
    case 'zstd': {
      const { createZstdDecompress } = zlib as unknown as { createZstdDecompress?: () => zlib.BrotliDecompress }
      return createZstdDecompress?.()
    }
    default:
      return undefined
  }
}
