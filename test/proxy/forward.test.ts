import { connect as tlsConnect } from 'node:tls'
import { expect, test } from 'vitest'
import { hostMatcher, isLoopback, isOwnAddress } from '../../src/proxy/address-rule.js'
import { createProxy } from '../../src/proxy/index.js'
import { openStream, startOrigin } from './support/origin.js'
import { get, rawClient } from './support/raw-client.js'
import { until } from './support/until.js'

test('a request in absolute form goes where it says, whatever its Host header says', async () => {
  await using origin = await startOrigin((request, response) => response.end(`${request.headers.host} ${request.url}`))
  await using proxy = await createProxy({ forward: true })
  for (const [path, expected] of [
    ['/a//b?c', '/a//b?c'],
    ['', '/'],
    ['?q', '/?q'],
  ]) {
    using client = await rawClient(proxy.port, get(`${origin.url}${path}`, {}, 'other.test'))
    await client.receives(`127.0.0.1:${origin.port} ${expected}`)
  }
  expect(proxy.ledger.snapshot().origins.map((entry) => entry.origin)).toEqual([origin.url])
})

test('streams through a forward proxy are counted for the origin that was named', async () => {
  await using origin = await startOrigin((_request, response) => openStream(response).write('id: 1\ndata: x\n\n'))
  await using proxy = await createProxy({ forward: true })
  using client = await rawClient(proxy.port, get(`http://localhost:${origin.port}/events?a=1`))
  await client.receives('data: x')
  expect(proxy.ledger.snapshot().origins).toMatchObject([
    { origin: `http://localhost:${origin.port}`, streaming: 1, streams: [{ url: '/events?a=1', events: 1 }] },
  ])
})

test('a WebSocket in absolute form is upgraded', async () => {
  await using origin = await startOrigin(() => {})
  origin.server.on('upgrade', (request, socket) => {
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nx-path: ${request.url}\r\n\r\n`,
    )
    socket.pipe(socket)
  })
  await using proxy = await createProxy({ forward: true })
  using client = await rawClient(
    proxy.port,
    get(`${origin.url}/socket`, { connection: 'Upgrade', upgrade: 'websocket' }),
  )
  await client.receives('x-path: /socket')
  client.write('echo')
  await client.receives(/\r\n\r\necho$/)
})

test('a tunnel passes bytes both ways, and each end is told when the other leaves', async () => {
  await using origin = await startOrigin((_request, response) => openStream(response).write('data: 1\n\n'))
  await using proxy = await createProxy({ forward: true })
  const open = `CONNECT 127.0.0.1:${origin.port} HTTP/1.1\r\nhost: 127.0.0.1:${origin.port}\r\n\r\n`
  using first = await rawClient(proxy.port, open)
  await first.receives('200 Connection established')
  first.write(get('/events'))
  await first.receives('data: 1')
  // Plain text in a tunnel is a WebSocket's handshake, which browsers do not count.
  expect(proxy.ledger.snapshot().origins.reduce((sum, { sockets }) => sum + sockets, 0)).toBe(0)
  first.socket.resetAndDestroy()
  await until(() => origin.sockets.size === 0)

  using second = await rawClient(proxy.port, open)
  await second.receives('200')
  await until(() => origin.sockets.size === 1)
  for (const socket of origin.sockets) socket.destroy()
  await second.ended()
})

test('a tunnel with TLS counts for the https origin', async () => {
  await using origin = await startOrigin(() => {})
  await using proxy = await createProxy({ forward: true })
  using client = await rawClient(proxy.port, `CONNECT localhost:${origin.port} HTTP/1.1\r\nhost: x\r\n\r\n`)
  await client.receives('established')
  client.socket.removeAllListeners('data')
  const tls = tlsConnect({ socket: client.socket, servername: 'localhost' })
  tls.on('error', () => {}) // the origin speaks no TLS
  await until(() => proxy.ledger.snapshot().origins.length === 0 || client.closed || origin.sockets.size === 1)
  expect(proxy.ledger.snapshot().origins).toMatchObject([{ origin: `https://localhost:${origin.port}` }])
  tls.destroy()
})

test.each([
  ['an address', 'http://192.0.2.1/'],
  ['an IPv6 address', 'http://[2001:db8::1]/'],
])('%s that is not of this machine is refused', async (_what, url) => {
  await using proxy = await createProxy({ forward: true })
  using client = await rawClient(proxy.port, get(url))
  await client.receives('</html>')
  expect(client.text).toMatch(/^HTTP\/1.1 403 /)
  expect(client.text).toContain('--allow-host')
  const { host } = new URL(url)
  using tunnel = await rawClient(proxy.port, `CONNECT ${host}:443 HTTP/1.1\r\nhost: x\r\n\r\n`)
  await tunnel.ended()
  expect(tunnel.text).toMatch(/^HTTP\/1.1 403 /)
})

test('an allowed address is tried', async () => {
  await using proxy = await createProxy({ forward: true, allowHosts: ['192.0.2.1'] })
  using client = await rawClient(proxy.port, get('http://192.0.2.1/'))
  const early = await Promise.race([
    client.receives('403'),
    new Promise((resolve) => setTimeout(resolve, 300, 'tried')),
  ])
  if (early !== 'tried') expect(client.text).not.toMatch(/^HTTP\/1.1 403/)
})

test('a name is judged by what it resolves to', async () => {
  const { guardedLookup, createAddressRule } = await import('../../src/proxy/address-rule.js')
  const seen: string[] = []
  const lookup = guardedLookup((hostname, address, port) => {
    seen.push(`${hostname} ${address} ${port}`)
    return createAddressRule(
      () => ({ host: '127.0.0.1', port: 80 }),
      () => false,
    )(hostname, address, port)
  }, 80)
  const error = await new Promise((resolve) => lookup('localhost', { all: true }, resolve))
  expect(seen.some((line) => line === 'localhost 127.0.0.1 80')).toBe(true)
  expect(error).toMatchObject({ code: 'LOOP' })
})

test('a request to the proxy itself is refused with 508', async () => {
  await using proxy = await createProxy({ forward: true })
  let opened = 0
  proxy.ledger.on('socket-opened', () => opened++)
  for (const host of ['127.0.0.1', 'localhost', '0.0.0.0']) {
    using client = await rawClient(proxy.port, get(`http://${host}:${proxy.port}/`))
    await client.receives('</html>')
    expect(client.text).toMatch(/^HTTP\/1.1 508 /)
    using tunnel = await rawClient(proxy.port, `CONNECT ${host}:${proxy.port} HTTP/1.1\r\nhost: x\r\n\r\n`)
    await tunnel.ended()
    expect(tunnel.text).toMatch(/^HTTP\/1.1 508 /)
  }
  expect(opened).toBe(6) // the clients' own: none of the requests came back to be told by its mark
})

test('a circle through another proxy ends with 508', async () => {
  await using outer = await createProxy({ forward: true })
  await using inner = await createProxy({ target: outer.url })
  // inner sends to outer what names inner
  using client = await rawClient(inner.port, get('/', {}, `127.0.0.1:${inner.port}`))
  await client.receives('</html>')
  expect(client.text).toMatch(/^HTTP\/1.1 400 /) // an origin form never gets round

  await using origin = await startOrigin((request, response) => {
    // A server that sends everything back to where it came from, headers and all.
    fetch(proxy.url, { headers: { 'cdn-loop': String(request.headers['cdn-loop']) } })
      .then((answer) => response.writeHead(answer.status).end())
      .catch(() => response.destroy())
  })
  await using proxy = await createProxy({ target: origin.url })
  expect((await fetch(proxy.url)).status).toBe(508)
  expect(origin.requests).toHaveLength(1)
})

test('what names no server gets a page that says what this is', async () => {
  await using proxy = await createProxy({ forward: true })
  const answer = await fetch(proxy.url)
  expect(answer.status).toBe(400)
  expect(await answer.text()).toContain('forward proxy')
  for (const authority of ['localhost', 'a b:1', 'localhost:99999', '/:80']) {
    using tunnel = await rawClient(proxy.port, `CONNECT ${authority} HTTP/1.1\r\nhost: x\r\n\r\n`)
    await tunnel.ended()
    expect(tunnel.text).toMatch(/^HTTP\/1.1 400 /)
  }
})

test('a reverse proxy opens no tunnels', async () => {
  await using origin = await startOrigin(() => {})
  await using proxy = await createProxy({ target: origin.url })
  using tunnel = await rawClient(proxy.port, `CONNECT 127.0.0.1:${origin.port} HTTP/1.1\r\nhost: x\r\n\r\n`)
  await tunnel.ended()
  expect(tunnel.text).toMatch(/^HTTP\/1.1 400 /)
  expect(origin.sockets.size).toBe(0)
})

test('a proxy needs exactly one of target and forward', async () => {
  await expect(createProxy({})).rejects.toMatchObject({ code: 'bad-option' })
  await expect(createProxy({ target: 'http://localhost:1', forward: true })).rejects.toMatchObject({
    code: 'bad-option',
  })
})

test.each([
  ['127.0.0.1', true],
  ['127.8.9.1', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['0.0.0.0', true],
  ['10.0.0.1', false],
  ['::ffff:10.0.0.1', false],
  ['128.0.0.1', false],
  ['fe80::1', false],
])('%s is of the loopback: %s', (address, expected) => {
  expect(isLoopback(address)).toBe(expected)
})

test('own addresses are told from others', () => {
  const listening = { host: '127.0.0.1', port: 80 }
  expect(isOwnAddress('127.0.0.1', 80, listening)).toBe(true)
  expect(isOwnAddress('::ffff:127.0.0.1', 80, listening)).toBe(true)
  expect(isOwnAddress('127.0.0.2', 80, listening)).toBe(false)
  expect(isOwnAddress('127.0.0.1', 81, listening)).toBe(false)
  expect(isOwnAddress('127.0.0.2', 80, { host: '0.0.0.0', port: 80 })).toBe(true)
})

test('allowed names match exactly, or below a star', () => {
  const allows = hostMatcher(['app.test', '*.example.com'])
  expect(['app.test', 'APP.test', 'a.example.com'].map(allows)).toEqual([true, true, true])
  expect(['example.com', 'badexample.com', 'x.app.test', ''].map(allows)).toEqual([false, false, false, false])
})
