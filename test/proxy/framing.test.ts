import { expect, test } from 'vitest'
import { createProxy } from '../../src/proxy/index.js'
import { type Origin, startOrigin } from './support/origin.js'
import { asStream, get, rawClient } from './support/raw-client.js'
import { startRawOrigin } from './support/raw-origin.js'
import { until } from './support/until.js'

/** A target that answers before it has read anything, and then writes down what it reads. */
async function startHastyOrigin(): Promise<Origin & { bodies: string[] }> {
  const bodies: string[] = []
  const origin = await startOrigin((request, response) => {
    response.end(`${request.method} ${request.url}`)
    const before = bodies.length
    request.on('data', (chunk: Buffer) => {
      bodies[before] = (bodies[before] ?? '') + chunk
    })
  })
  return Object.assign(origin, { bodies })
}

test.each(['content-length: 60', 'transfer-encoding: chunked'])(
  'an upgrade to WebSocket that announces a body with %s swallows no request of another client',
  async (announcement) => {
    await using origin = await startHastyOrigin()
    await using proxy = await createProxy({ target: origin.url })
    using client = await rawClient(
      proxy.port,
      `GET /ws HTTP/1.1\r\nhost: a\r\nupgrade: websocket\r\nconnection: Upgrade\r\n${announcement}\r\n\r\n`,
    )
    await client.receives('An upgrade has no body')
    expect(client.text).toMatch(/^HTTP\/1.1 400 /)
    using other = await rawClient(proxy.port, get('/other'))
    await other.receives('GET /other')
    expect(origin.requests.map(({ url }) => url)).toEqual(['/other'])
  },
)

test('the body of a request whose upgrade is ignored arrives, by its length and in chunks', async () => {
  await using origin = await startHastyOrigin()
  await using proxy = await createProxy({ target: origin.url })
  const offer =
    'POST / HTTP/1.1\r\nhost: a\r\nupgrade: h2c\r\nconnection: Upgrade, HTTP2-Settings\r\nhttp2-settings: x\r\n'
  using one = await rawClient(proxy.port, `${offer}content-length: 5\r\n\r\nhe`)
  await one.receives('POST /')
  one.write('llo')
  using two = await rawClient(proxy.port, `${offer}transfer-encoding: chunked\r\n\r\n6\r\nchunks\r\n0\r\n\r\n`)
  await two.receives('POST /')
  await until(() => origin.bodies.join() === 'hello,chunks')
  expect(origin.requests.map(({ headers }) => headers.upgrade ?? headers['http2-settings'])).toEqual([
    undefined,
    undefined,
  ])
  one.write(get('/next'))
  await one.receives('GET /next')
  expect(proxy.ledger.snapshot().totals).toMatchObject({ sockets: 2, requests: 3 })
})

test('a body that is announced and does not come, with an upgrade that is ignored, swallows no other request', async () => {
  await using origin = await startHastyOrigin()
  await using proxy = await createProxy({ target: origin.url })
  const text = 'POST / HTTP/1.1\r\nhost: a\r\nupgrade: h2c\r\nconnection: Upgrade\r\ncontent-length: 60\r\n\r\nabc'
  using client = await rawClient(proxy.port, text)
  await client.receives('POST /')
  client.socket.destroy()
  using other = await rawClient(proxy.port, get('/other'))
  await other.receives('GET /other')
  expect(origin.bodies.join('')).toBe('abc')
})

const crowd = 'a:\r\n'.repeat(2100)

test('fields behind two thousand others frame the body and name what does not pass', async () => {
  await using origin = await startHastyOrigin()
  await using proxy = await createProxy({ target: origin.url })
  using client = await rawClient(
    proxy.port,
    `POST / HTTP/1.1\r\nhost: a\r\n${crowd}transfer-encoding: chunked\r\nconnection: x-hop\r\nx-hop: 1\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
  )
  await client.receives('POST /')
  await until(() => origin.bodies.join('') === 'hello')
  expect(origin.requests[0]?.headers).not.toHaveProperty('x-hop')
  using second = await rawClient(
    proxy.port,
    `DELETE / HTTP/1.1\r\nhost: a\r\n${crowd}transfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
  )
  expect(await second.receives('\r\n\r\n')).toMatch(/^HTTP\/1.1 411 /)
})

test('fields of an answer behind two thousand others come through', async () => {
  const head = `HTTP/1.1 200 OK\r\n${crowd}connection: x-hop\r\nx-hop: 1\r\ncontent-type: text/event-stream\r\n\r\n`
  await using origin = await startRawOrigin(() => [head])
  await using proxy = await createProxy({ target: origin.url })
  using client = await rawClient(proxy.port, get('/', asStream))
  await client.receives('text/event-stream')
  expect(client.text).not.toContain('x-hop')
  await until(() => proxy.ledger.streams().length === 1)
})

test.each([
  ['', {}],
  [' of a stream', asStream],
])('a target that switches protocols unasked gives a request%s an error page', async (_what, headers) => {
  await using origin = await startRawOrigin(() => [
    'HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: x\r\n\r\n',
  ])
  await using proxy = await createProxy({ target: origin.url })
  using client = await rawClient(proxy.port, get('/', headers))
  await client.receives('nobody had asked for')
  expect(client.text).toMatch(/^HTTP\/1.1 502 /)
  await until(() => origin.sockets.size === 0)
})

test('a client that leaves in its body leaves no connection to a target that has answered already', async () => {
  await using origin = await startHastyOrigin()
  await using proxy = await createProxy({ target: origin.url })
  using client = await rawClient(proxy.port, 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000\r\n\r\nabc')
  await client.receives('POST /')
  await until(() => origin.bodies.join('') === 'abc')
  client.socket.destroy()
  await until(() => origin.sockets.size === 0)
})

test('a target that answers before it reads gets all of the body', async () => {
  await using origin = await startHastyOrigin()
  await using proxy = await createProxy({ target: origin.url })
  using client = await rawClient(proxy.port, 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 6\r\n\r\nabc')
  await client.receives('POST /')
  client.write('def')
  await until(() => origin.bodies.join('') === 'abcdef')
})

test('a Connection header that names the length of the body leaves the body as it is', async () => {
  await using origin = await startHastyOrigin()
  await using proxy = await createProxy({ target: origin.url })
  using client = await rawClient(
    proxy.port,
    'POST / HTTP/1.1\r\nhost: a\r\nconnection: Content-Length\r\ncontent-length: 5\r\n\r\nhello',
  )
  await client.receives('POST /')
  await until(() => origin.bodies.join('') === 'hello')
})

test.each([
  ['', get('/')],
  [' of a stream', get('/', asStream)],
  [' for a WebSocket', get('/', { connection: 'Upgrade', upgrade: 'websocket' })],
])(
  'a reason phrase that nobody may write does not end the proxy, in the answer to a request%s',
  async (_what, text) => {
    await using origin = await startRawOrigin(() => ['HTTP/1.1 404 \u001b[31m\u0007\r\ncontent-length: 2\r\n\r\nno'])
    await using proxy = await createProxy({ target: origin.url })
    using client = await rawClient(proxy.port, text)
    await client.receives(/\r\n\r\nno$/)
    expect(client.text).toMatch(/^HTTP\/1.1 404 Not Found\r\n/)
  },
)
