import { request as httpRequest, type IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { createProxy } from '../../src/proxy/index.js'
import { openStream, startOrigin } from './support/origin.js'
import { asStream, get, rawClient } from './support/raw-client.js'
import { startIdleReader, startTorrent } from './support/torrent.js'
import { until } from './support/until.js'

test('trailers pass in both directions', async () => {
  await using origin = await startOrigin((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { trailer: 'x-sum', 'x-te': String(request.headers.te) })
      response.write('body')
      response.addTrailers({ 'x-sum': `of ${request.trailers['x-part']}` })
      response.end()
    })
  })
  await using proxy = await createProxy({ target: origin.url })
  using client = await rawClient(
    proxy.port,
    'POST / HTTP/1.1\r\nhost: a\r\nte: trailers\r\nconnection: te\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nx-part: 7\r\n\r\n',
  )
  await client.receives(/0\r\nx-sum: of 7\r\n\r\n$/i)
  expect(client.text).toMatch(/x-te: trailers/i)
  expect(client.text).toMatch(/trailer: x-sum/i)
})

test('early hints come before the answer', async () => {
  await using origin = await startOrigin((_request, response) => {
    response.writeProcessing()
    response.writeEarlyHints({ link: '</a.css>; rel=preload; as=style', 'x-hint': '1' })
  })
  await using proxy = await createProxy({ target: origin.url })
  using client = await rawClient(proxy.port, get('/'))
  await client.receives('x-hint: 1')
  expect(client.text).toMatch(/^HTTP\/1.1 102 .*HTTP\/1.1 103 /s)
  expect(client.text).toContain('</a.css>; rel=preload; as=style')
})

test('a client of HTTP/1.0 gets no interim response and no chunks', async () => {
  await using origin = await startOrigin((_request, response) => {
    response.writeEarlyHints({ link: '</a.css>; rel=preload; as=style' })
    response.write('one,')
    response.end('two')
  })
  await using proxy = await createProxy({ target: origin.url })
  using client = await rawClient(proxy.port, 'GET / HTTP/1.0\r\nhost: a\r\n\r\n')
  await client.ended()
  expect(client.text).toMatch(/^HTTP\/1.1 200 OK/)
  expect(client.text).not.toMatch(/transfer-encoding/i)
  expect(client.text).toMatch(/\r\n\r\none,two$/)
})

test('a body whose end is the end of the connection breaks off with a reset', async () => {
  await using origin = await startOrigin((request, response) => {
    response.write('half')
    setTimeout(() => request.socket.destroy(), 50)
  })
  await using proxy = await createProxy({ target: origin.url })
  using client = await rawClient(proxy.port, 'GET / HTTP/1.0\r\nhost: a\r\n\r\n')
  const codes: unknown[] = []
  client.socket.on('error', (error: NodeJS.ErrnoException) => codes.push(error.code))
  await client.ended()
  expect(codes).toEqual(['ECONNRESET'])
})

test('the target says whether an expected body may come', async () => {
  const order: string[] = []
  await using origin = await startOrigin(() => {})
  origin.server.on('checkContinue', (request: IncomingMessage, response) => {
    order.push(`asked ${request.headers.expect}`)
    if (request.url === '/no') {
      response.writeHead(417, { connection: 'close' }).end('no')
      return
    }
    setTimeout(() => {
      order.push('allowed')
      response.writeContinue()
      request.on('data', (chunk: Buffer) => order.push(`body ${chunk}`))
      request.on('end', () => response.end('done'))
    }, 50)
  })
  await using proxy = await createProxy({ target: origin.url })
  const head = (path: string) => `POST ${path} HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 4\r\n\r\n`
  using client = await rawClient(proxy.port, head('/yes'))
  await client.receives('100 Continue')
  client.write('data')
  await client.receives('done')
  expect(order).toEqual(['asked 100-continue', 'allowed', 'body data'])
  expect(client.text.match(/100 Continue/g)).toHaveLength(1)

  using refused = await rawClient(proxy.port, head('/no'))
  await refused.receives('417')
  expect(refused.text).not.toContain('100 Continue')
})

test('HEAD, 204 and 304 have no body, and the connection goes on', async () => {
  await using origin = await startOrigin((request, response) => {
    if (request.url === '/204') response.writeHead(204).end()
    else if (request.url === '/304') response.writeHead(304, { etag: '"1"' }).end()
    else response.writeHead(200, { 'content-length': 5 }).end(request.method === 'HEAD' ? undefined : 'hello')
  })
  await using proxy = await createProxy({ target: origin.url })
  using client = await rawClient(proxy.port, 'HEAD / HTTP/1.1\r\nhost: app.test\r\n\r\n')
  await client.receives(/content-length: 5.*\r\n\r\n$/is)
  client.write(get('/204'))
  await client.receives(/204 No Content.*\r\n\r\n$/s)
  client.write(get('/304'))
  await client.receives(/304 Not Modified.*\r\n\r\n$/s)
  client.write(get('/'))
  await client.receives('hello')
  expect(client.text).not.toMatch(/transfer-encoding/i)
  expect(proxy.ledger.snapshot().origins).toMatchObject([{ sockets: 1, idle: 1 }])
})

test('duplicate headers keep their number, case and bytes on the way to the client', async () => {
  await using origin = await startOrigin((_request, response) => {
    response.writeHead(200, ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'X-CaSe', 'gr\u00fc\u00df'])
    response.end()
  })
  await using proxy = await createProxy({ target: origin.url })
  using client = await rawClient(proxy.port, get('/'))
  await client.receives('\r\n\r\n')
  expect(client.text).toContain('Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-CaSe: gr\u00fc\u00df\r\n')
})

test('a large body passes whole in both directions', async () => {
  await using origin = await startOrigin((request, response) => void request.pipe(response))
  await using proxy = await createProxy({ target: origin.url })
  const body = Buffer.alloc(5_000_000, 'body ')
  const answer = await fetch(proxy.url, { method: 'POST', body })
  expect(Buffer.from(await answer.arrayBuffer()).equals(body)).toBe(true)
})

test('both sides may be IPv6', async () => {
  await using origin = await startOrigin((_request, response) => response.end('ok'), '::1')
  await using proxy = await createProxy({ target: origin.url, host: '::1' })
  expect(proxy.url).toBe(`http://[::1]:${proxy.port}`)
  expect(await (await fetch(proxy.url)).text()).toBe('ok')
  expect(proxy.ledger.snapshot().origins[0]?.origin).toBe(proxy.url)
})

test('a kept connection that the target closed costs a repeatable request nothing', async () => {
  await using origin = await startOrigin((_request, response) => response.end('ok'))
  origin.server.keepAliveTimeout = 0
  await using proxy = await createProxy({ target: origin.url })
  expect((await fetch(proxy.url)).status).toBe(200)
  // The next request meets a target that closes the connection as the bytes arrive.
  const [kept] = origin.sockets
  kept?.removeAllListeners('data')
  kept?.once('data', () => kept.destroy())
  const repeated = await new Promise<number | undefined>((resolve, reject) => {
    httpRequest(proxy.url, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end()
  })
  expect(repeated).toBe(200)
})

test.each([
  ['both lengths', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['two lengths', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ncontent-length: 0\r\n\r\n'],
  ['a length with a sign', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: +5\r\n\r\n'],
  ['a bad chunk size', 'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nhi\r\n0\r\n\r\n'],
  ['a chunk longer than said', 'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1\r\nhi\r\n0\r\n\r\n'],
  ['an unknown transfer coding', 'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked, x\r\n\r\n0\r\n\r\n'],
  ['a coding behind a tab', 'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding:\x0bchunked\r\n\r\n0\r\n\r\n'],
  ['a space before the colon', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length : 5\r\n\r\n'],
  ['NUL in a header', 'GET / HTTP/1.1\r\nhost: a\r\nx: a\0b\r\n\r\n'],
  ['a lone CR in a header', 'GET / HTTP/1.1\r\nhost: a\r\nx: a\rb: c\r\n\r\n'],
  ['a folded header', 'POST / HTTP/1.1\r\nhost: a\r\nx: a\r\n transfer-encoding: chunked\r\ncontent-length: 0\r\n\r\n'],
  ['lines that end in LF', 'GET / HTTP/1.1\nhost: a\n\n'],
])('a request with %s is refused', async (_what, text) => {
  await using origin = await startOrigin((request, response) => {
    request.resume()
    response.end('ok')
  })
  await using proxy = await createProxy({ target: origin.url })
  using client = await rawClient(proxy.port, text)
  client.write(get('/smuggled'))
  await client.ended()
  expect(client.text).not.toMatch(/^HTTP\/1.1 200/)
  expect(origin.requests.map(({ url }) => url)).not.toContain('/smuggled')
})

test('a request without a host is refused', async () => {
  await using origin = await startOrigin((_request, response) => response.end('ok'))
  await using proxy = await createProxy({ target: origin.url })
  using client = await rawClient(proxy.port, 'GET / HTTP/1.1\r\n\r\n')
  await client.ended()
  expect(client.text).toMatch(/^HTTP\/1.1 400 /)
  expect(origin.requests).toEqual([])
})

test('a target that does not speak HTTP gives a 502 that says so', async () => {
  await using origin = await startOrigin((request) => request.socket.end('hello\r\n\r\n'))
  await using proxy = await createProxy({ target: origin.url })
  const answer = await fetch(proxy.url)
  expect(answer.status).toBe(502)
  expect(await answer.text()).toContain('not HTTP/1.1')
})

test('a request whose header does not come to an end is cut, and a complete one is not', async () => {
  await using origin = await startOrigin((_request, response) => openStream(response))
  await using proxy = await createProxy({ target: origin.url, headersTimeoutMs: 1000 })
  using stream = await rawClient(proxy.port, get('/'))
  using slow = await rawClient(proxy.port, 'GET / HTTP/1.1\r\n')
  using silent = await rawClient(proxy.port)
  const drip = setInterval(() => slow.write('x: y\r\n'), 200)
  await Promise.all([slow.ended(), silent.ended()])
  clearInterval(drip)
  expect(stream.closed).toBe(false)
})

test('headers larger than Node takes are refused, whoever sends them', async () => {
  await using origin = await startOrigin((_request, response) => {
    response.writeHead(200, { 'x-large': 'x'.repeat(100_000) }).end('ok')
  })
  await using proxy = await createProxy({ target: origin.url })
  using client = await rawClient(proxy.port, get('/', { 'x-large': 'x'.repeat(100_000) }))
  await client.ended()
  expect(client.text).toMatch(/^HTTP\/1.1 431 /)
  expect(origin.requests).toEqual([])
  for (const headers of [{}, asStream]) {
    const answer = await fetch(proxy.url, { headers })
    expect([answer.status, await answer.text()]).toEqual([502, expect.stringContaining('HPE_HEADER_OVERFLOW')])
  }
})

test('connections beyond the bound are closed at once', async () => {
  await using origin = await startOrigin((_request, response) => openStream(response))
  await using proxy = await createProxy({ target: origin.url, maxConnections: 3 })
  const clients = await Promise.all([1, 2, 3].map(() => rawClient(proxy.port, get('/'))))
  await Promise.all(clients.map((client) => client.receives('200')))
  using fourth = await rawClient(proxy.port, get('/'))
  await fourth.ended()
  expect(fourth.text).toBe('')
  for (const client of clients) client.socket.destroy()
})

test.each([{}, asStream])('readers with %j that never read hold no memory of ours', async (headers) => {
  await using origin = await startTorrent()
  await using proxy = await createProxy({ target: origin.url })
  const clients = await Promise.all(Array.from({ length: 20 }, () => startIdleReader(proxy.port, headers)))
  await origin.stands()
  expect(proxy.ledger.streams().reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(20 * 8 * 1024 * 1024)
  for (const client of clients) client.socket.destroy()
  await until(() => origin.sockets.size === 0)
})
