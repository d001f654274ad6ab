import { expect, test } from 'vitest'
import { findingOf } from '../../support/examine.js'
import { serveConnectionHeader, serveSecurely } from '../../support/secure-server.js'
import { steady } from '../../support/stream-server.js'

test('a stream that dies of its connection header fails, and one without it passes', async () => {
  await using bad = await serveConnectionHeader()
  await using good = await serveSecurely(steady() as never, { http2: true })
  const [faulty, sound] = await Promise.all([
    findingOf('h2/connection-header', bad.url, { insecure: true, for: 2000 }),
    findingOf('h2/connection-header', good.url, { insecure: true }),
  ])
  expect(faulty).toMatchObject({
    state: 'fail',
    severity: 'warning',
    measured: 'connection: keep-alive; the stream died with PROTOCOL_ERROR',
  })
  expect(sound).toMatchObject({ state: 'pass', measured: 'none' })
})

/** `:status: 200` and the content type, from the static table. */
const start = [0x88, 0x5f, 0x11, ...Buffer.from('text/event-stream')]
const literal = (text: string) => [text.length, ...Buffer.from(text)]

test.each([
  ['in plain text', [0x00, ...literal('connection'), ...literal('close')], 'fail'],
  [
    'in Huffman’s code, with a place in the table',
    [0x40, 0x87, ...Buffer.from('21eaa8a4498f57', 'hex'), ...literal('close')],
    'fail',
  ],
  [
    'not at all, but as the value of another',
    [0x7b, ...literal('connection'), 0x00, ...literal('X-Bad'), ...literal('1')],
    'unknown',
  ],
])('a stream that dies with the field %s comes to its verdict', async (_how, fields, state) => {
  await using server = await serveConnectionHeader(Buffer.from([...start, ...fields]))
  expect(await findingOf('h2/connection-header', server.url, { insecure: true, for: 2000 })).toMatchObject({ state })
})

test('it is told as well where HTTP/2 alone is asked for, and not where nothing answers', async () => {
  await using bad = await serveConnectionHeader()
  const dies = await findingOf('h2/connection-header', bad.url, { insecure: true, http: 2 })
  expect(dies).toMatchObject({ state: 'fail', measured: expect.stringContaining('connection: keep-alive') })
  await bad[Symbol.asyncDispose]()
  expect(await findingOf('h2/connection-header', bad.url, { insecure: true })).toMatchObject({
    state: 'skip',
    reason: expect.stringContaining('connection/unreachable'),
  })
})

test('where its HTTP/2 is broken the rest is learned over HTTP/1.1', async () => {
  await using bad = await serveConnectionHeader()
  expect(await findingOf('response/status', bad.url, { insecure: true })).toMatchObject({ state: 'pass' })
})
