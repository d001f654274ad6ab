import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ChunkScanner } from '../../src/proxy/chunk-scanner.js'
import { eachPiece } from '../../src/proxy/dechunk.js'
import { createProxy } from '../../src/proxy/index.js'
import { asStream, get, rawClient } from './support/raw-client.js'
import { startRawOrigin } from './support/raw-origin.js'
import { until } from './support/until.js'

const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n'
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`
const end = '0\r\n\r\n'

/** The body in what a client got, taken out of its chunks. */
function bodyOf(answer: string): string {
  let rest = answer.slice(answer.indexOf('\r\n\r\n') + 4)
  let body = ''
  for (;;) {
    const size = Number.parseInt(rest, 16)
    if (!(size > 0)) return body
    const from = rest.indexOf('\r\n') + 2
    body += rest.slice(from, from + size)
    rest = rest.slice(from + size + 2)
  }
}

test('chunks pass as they came, each piece at once', async () => {
  const pieces = [`${head}B\r\ndata`, ': one\n\n', '\r', '\n00', 'b\r\ndata: two\n\n\r\n', end]
  await using origin = await startRawOrigin(() => pieces)
  await using proxy = await createProxy({ target: origin.url })
  using client = await rawClient(proxy.port, get('/', asStream))
  await client.receives(end)
  // Out of Node's parser they would come as chunks of four and seven bytes.
  expect(client.text.slice(client.text.indexOf('\r\n\r\n') + 4)).toBe(pieces.join('').slice(head.length))
  expect(proxy.ledger.streams()).toMatchObject([{ events: 2, bytes: 22, isComplete: true, endedBy: 'server' }])
  expect(proxy.capture.events(1).map(({ data }) => data)).toEqual(['one', 'two'])
})

test.each([
  [
    'early hints',
    get('/', asStream),
    ['HTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload\r\n\r\n', `${head}B\r\nda`],
  ],
  ['an offer of h2c', get('/', { ...asStream, connection: 'Upgrade', upgrade: 'h2c' }), [`${head}B\r\nda`]],
  [
    'a body',
    'POST / HTTP/1.1\r\nhost: a\r\naccept: text/event-stream\r\ncontent-length: 2\r\n\r\nhi',
    [`${head}B\r\nda`],
  ],
])('so they do behind %s', async (_what, request, pieces) => {
  await using origin = await startRawOrigin(() => [...pieces, 'ta: one\n\n\r\n', end])
  await using proxy = await createProxy({ target: origin.url })
  using client = await rawClient(proxy.port, request)
  await client.receives(`\r\n\r\nB\r\ndata: one\n\n\r\n${end}`)
})

test.each([
  [
    'the end of the stream with trailers',
    [head, chunk('data: 1\n\n'), '0\r\nx-sum: 7\r\n\r\n'],
    /\r\n0\r\nx-sum: 7\r\n/,
  ],
  ['chunk extensions', [head, '9;a=b\r\ndata: 1\n\n\r\n', chunk('data: 2\n\n'), end], /0\r\n\r\n$/],
  ['a size of many zeros', [head, '00000000000009\r\ndata: 1\n\n\r\n', chunk('data: 2\n\n'), end], /0\r\n\r\n$/],
  ['a head in two pieces', [head.slice(0, 30), head.slice(30) + chunk('data: 1\n\n'), end], /0\r\n\r\n$/],
  ['a head whose end is cut', [head.slice(0, -1), `\n${chunk('data: 1\n\ndata: \r\n\r\n')}`, end], /0\r\n\r\n$/],
  [
    'early hints before it',
    [`HTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload\r\n\r\n${head}${chunk('data: 1\n\n')}`, end],
    /0\r\n\r\n$/,
  ],
  ['all in one piece', [head + chunk('data: 1\n\n') + chunk('data: 2\n\n') + end], /0\r\n\r\n$/],
])('%s reach the client whole', async (_what, pieces, ending) => {
  await using origin = await startRawOrigin(() => pieces)
  await using proxy = await createProxy({ target: origin.url })
  using client = await rawClient(proxy.port, get('/', asStream))
  await client.receives(ending)
  const events = pieces.join('').match(/data: \d/g) ?? []
  expect(bodyOf(client.text.replace(/^HTTP\/1.1 103.*?\r\n\r\n/s, '')).match(/data: \d/g)).toEqual(events)
  expect(proxy.ledger.streams()).toMatchObject([{ events: expect.any(Number), isComplete: true }])
  expect(proxy.ledger.streams()[0]?.events).toBeGreaterThanOrEqual(events.length)
  // The client's connection is fit for the next request; the target's ends with its stream.
  client.write(get('/', asStream))
  await until(() => proxy.ledger.streams().length === 2 && proxy.ledger.streams()[1]?.closedAt !== null)
  expect(origin.connections).toBe(2)
  await until(() => origin.sockets.size === 0)
})

test.each([
  ['a chunk that is longer than said', [head, '3\r\ndata: 1\n\n\r\n', end]],
  ['a chunk whose end looks like a size', [head, '7\r\ndata: 11\r\nx\r\n', end]],
  ['no size', [head, chunk('data: 1\n\n'), 'zz\r\ndata: 2\n\n\r\n', end]],
  ['a size of more than a number holds', [head, 'fffffffffffffffff\r\ndata: 1\n\n\r\n', end]],
  ['a negative size', [head, '-9\r\ndata: 1\n\n\r\n', end]],
  ['lines that end in LF', [head, '9\ndata: 1\n\n\n', '0\n\n']],
  ['the end of the connection in a chunk', [head, '9\r\ndata', 'FIN']],
  ['the end of the connection between chunks', [head, chunk('data: 1\n\n'), 'FIN']],
])('with %s the response breaks off, and is not passed off as whole', async (_what, pieces) => {
  await using origin = await startRawOrigin(() => pieces.filter((piece) => piece !== 'FIN'))
  await using proxy = await createProxy({ target: origin.url })
  using client = await rawClient(proxy.port, get('/', asStream))
  if (pieces.includes('FIN')) {
    await client.receives('data')
    for (const socket of origin.sockets) socket.end()
  }
  await client.ended()
  expect(client.text).toMatch(/^HTTP\/1.1 200 /)
  expect(client.text).not.toMatch(/\r\n0\r\n\r\n$/)
  await until(() => origin.sockets.size === 0 && proxy.ledger.streams()[0]?.closedAt !== null)
  expect(proxy.ledger.streams()).toMatchObject([{ isComplete: false, endedBy: 'server' }])
})

test('what comes behind a whole response is taken for no answer', async () => {
  const smuggled = 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad'
  const pieces = (path: string) => [
    path === '/empty'
      ? `HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n${smuggled}`
      : `${head}${chunk('data: 1\n\n')}${end}${smuggled}`,
  ]
  await using origin = await startRawOrigin(pieces)
  await using proxy = await createProxy({ target: origin.url })
  for (const path of ['/empty', '/events']) {
    using client = await rawClient(proxy.port, get(path, asStream))
    await client.receives(path === '/empty' ? /content-length: 0/i : end).catch(() => {}) // or it breaks off
    await until(() => origin.sockets.size === 0)
    expect(client.text).not.toContain('bad')
  }
})

test('a client of HTTP/1.0 gets no chunks', async () => {
  await using origin = await startRawOrigin(() => [head, chunk('data: 1\n\n'), end])
  await using proxy = await createProxy({ target: origin.url })
  using client = await rawClient(proxy.port, 'GET / HTTP/1.0\r\nhost: a\r\naccept: text/event-stream\r\n\r\n')
  await client.ended()
  expect(client.text).toMatch(/\r\n\r\ndata: 1\n\n$/)
})

test('a slow reader slows the target, and then gets every byte', async () => {
  const block = chunk('x'.repeat(100_000))
  const blocks = 300
  let written = 0
  await using origin = await startRawOrigin(() => [head])
  await using proxy = await createProxy({ target: origin.url })
  using client = await rawClient(proxy.port, get('/', asStream))
  await client.receives('\r\n\r\n')
  client.socket.pause()
  const [socket] = origin.sockets
  const write = () => {
    while (written < blocks && socket?.write(block)) written++
  }
  socket?.on('drain', () => {
    written++
    write()
  })
  write()
  let before = -1
  await until(() => {
    const still = written > 0 && written === before
    before = written
    return still
  })
  expect(written).toBeLessThan(blocks)
  client.socket.resume()
  await until(() => written >= blocks)
  socket?.write(end)
  await until(() => proxy.ledger.streams()[0]?.isComplete === true)
  expect(proxy.ledger.streams()).toMatchObject([{ bytes: blocks * 100_000 }])
  await until(() => client.text.length >= blocks * block.length + end.length)
  expect(client.text.endsWith(chunk('x'.repeat(10)).slice(-4) + end)).toBe(true)
})

const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 20 })
const cuts = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 })

test('the scanner finds the same chunks however they are cut', () => {
  fc.assert(
    fc.property(sizes, cuts, fc.boolean(), (lengths, cutSizes, isUpper) => {
      const body = lengths.map((length, index) => String.fromCharCode(97 + (index % 26)).repeat(length)).join('')
      const framed = lengths
        .map((length, index) => {
          const size = isUpper ? length.toString(16).toUpperCase() : length.toString(16)
          return `${size}\r\n${String.fromCharCode(97 + (index % 26)).repeat(length)}\r\n`
        })
        .join('')
      const bytes = Buffer.from(framed + end)
      const scanner = new ChunkScanner()
      let held = Buffer.alloc(0)
      let passed = ''
      let read = ''
      let bodyBytes = 0
      let at = 0
      for (let index = 0; at < bytes.length && scanner.behind === 'more'; index++) {
        const size = cutSizes[index % cutSizes.length] ?? 1
        const piece = Buffer.concat([held, bytes.subarray(at, at + size)])
        at += size
        const { left } = scanner
        const stop = scanner.scan(piece)
        const found: string[] = []
        const taken = piece.subarray(0, stop)
        expect(eachPiece(taken, left, (from, to) => found.push(`${taken.subarray(from, to)}`))).toBe(scanner.left)
        read += found.join('')
        passed += `${taken}`
        bodyBytes += scanner.bodyBytes
        held = piece.subarray(stop)
      }
      expect(scanner.behind).toBe('other')
      expect(passed).toBe(framed)
      expect(read).toBe(body)
      expect(bodyBytes).toBe(body.length)
      expect(`${held}${bytes.subarray(at)}`).toBe(end)
    }),
  )
})
