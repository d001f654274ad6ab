import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import {
  brotliCompress,
  constants,
  createBrotliCompress,
  createDeflate,
  createDeflateRaw,
  createGzip,
  gzipSync,
} from 'node:zlib'
import { expect, test } from 'vitest'
import { createDecoder, type Decoder } from '../../src/client/index.js'

function decoderFor(encoding: string, options?: { maxBytes: number }): Decoder {
  const decoder = createDecoder(encoding, options)
  if (!decoder) throw new Error(`no decoder for ${encoding}`)
  return decoder
}

test('each chunk that was flushed is there at once, in every encoding and also byte by byte', async () => {
  const compressors = {
    gzip: () => createGzip(),
    deflate: () => createDeflate(),
    'deflate, identity': () => createDeflateRaw(),
    br: () => createBrotliCompress(),
  }
  for (const [encoding, create] of Object.entries(compressors)) {
    const compressor = create()
    const decoder = decoderFor(encoding)
    for (const text of ['data: 1\n\n', 'data: zwei €\n\n', `data: ${'x'.repeat(5000)}\n\n`]) {
      compressor.write(text)
      await new Promise<void>((resolve) => compressor.flush(() => resolve()))
      await wait(1)
      const parts: Uint8Array[] = []
      for (const byte of compressor.read() as Buffer) parts.push(await decoder.decode(Uint8Array.of(byte)))
      expect(String(Buffer.concat(parts)), encoding).toBe(text)
    }
    decoder.close()
    compressor.destroy()
  }
})

test('nothing is waited for while a compressor holds its bytes back', async () => {
  const decoder = decoderFor('gzip')
  expect((await decoder.decode(gzipSync('data: 1\n\n').subarray(0, 10))).length).toBe(0)
  decoder.close()
})

test('several encodings come off in the order opposite to that in which they went on', async () => {
  const decoder = decoderFor('gzip, br')
  const bytes = await promisify(brotliCompress)(gzipSync('data: 1\n\n'))
  expect(String(Buffer.from(await decoder.decode(bytes)))).toBe('data: 1\n\n')
  decoder.close()
})

test('without an encoding chunks pass, and an unknown one has no decoder', async () => {
  expect(String(Buffer.from(await decoderFor('').decode(Buffer.from('x'))))).toBe('x')
  expect(createDecoder('zstd')).toBeUndefined()
  expect(createDecoder('gzip, gzip, gzip, gzip')).toBeUndefined()
})

test.each(['none', 'None', 'utf-8', 'binary', 'identity', ''])(
  'as browsers do, it takes %o for no encoding',
  async (header) => {
    const decoder = createDecoder(header)
    expect(await decoder?.decode(Buffer.from('data: 1\n\n'))).toEqual(Buffer.from('data: 1\n\n'))
  },
)

test('a bomb is refused, and so are bytes of another kind, then and later', async () => {
  const bomb = decoderFor('gzip', { maxBytes: 1_000_000 })
  await expect(bomb.decode(gzipSync(Buffer.alloc(50_000_000)))).rejects.toThrow('more than 1000000 bytes')
  await expect(bomb.decode(Uint8Array.of(1))).rejects.toMatchObject({ code: 'bad-encoding' })
  const other = decoderFor('br', { maxBytes: constants.BROTLI_MAX_QUALITY * 1000 })
  await expect(other.decode(Buffer.from('data: 1\n\ndata: 2\n\n'))).rejects.toMatchObject({ code: 'bad-encoding' })
})
