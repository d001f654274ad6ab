import { spawnSync } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { packageRoot } from '../../src/package.js'
import { createProxy } from '../../src/proxy/index.js'
import { freePort } from '../support/free-port.js'
import { openStream, startOrigin } from './support/origin.js'
import { get, rawClient } from './support/raw-client.js'
import { until } from './support/until.js'

/** What a stream is asked for with decides whether it goes through Node's parser or past it. */
const both = (ways: string[]) =>
  ways.flatMap((how) => [
    [how, 'a fetch', {}] as const,
    [how, 'an EventSource', { accept: 'text/event-stream' }] as const,
  ])

test.each(both(['leaves', 'resets']))('the target is told when the client %s, %s', async (how, _who, headers) => {
  await using origin = await startOrigin((_request, response) => openStream(response))
  await using proxy = await createProxy({ target: origin.url })
  using client = await rawClient(proxy.port, get('/events', headers))
  await client.receives('text/event-stream')
  expect(origin.sockets.size).toBe(1)
  if (how === 'leaves') client.socket.destroy()
  else client.socket.resetAndDestroy()
  await until(() => origin.sockets.size === 0)
})

test('the target is told when the client leaves before it has answered', async () => {
  await using origin = await startOrigin(() => {})
  await using proxy = await createProxy({ target: origin.url })
  using client = await rawClient(proxy.port, get('/never'))
  await until(() => origin.requests.length === 1)
  client.socket.destroy()
  await until(() => origin.sockets.size === 0)
})

test.each(both(['ends', 'resets']))(
  'the client is told when the target %s mid-stream, %s',
  async (how, _who, headers) => {
    await using origin = await startOrigin((request, response) => {
      openStream(response).write('data: 1\n\n')
      setTimeout(() => (how === 'ends' ? request.socket.end() : request.socket.resetAndDestroy()), 50)
    })
    await using proxy = await createProxy({ target: origin.url })
    using client = await rawClient(proxy.port, get('/events', headers))
    await client.ended()
    expect(client.text).toContain('data: 1')
    expect(client.text).not.toMatch(/\r\n0\r\n\r\n$/) // a body that broke off is not passed off as whole
  },
)

test.each(both(['ends well']))('a stream that %s ends well for the client, %s', async (_how, _who, headers) => {
  await using origin = await startOrigin((_request, response) => openStream(response).end('data: 1\n\n'))
  await using proxy = await createProxy({ target: origin.url })
  using client = await rawClient(proxy.port, get('/events', headers))
  await client.receives(/data: 1\n\n\r\n0\r\n\r\n$/)
})

test.each(both(['headers']))('%s come before the first event, %s', async (_what, _who, headers) => {
  await using origin = await startOrigin((_request, response) => openStream(response))
  await using proxy = await createProxy({ target: origin.url })
  using client = await rawClient(proxy.port, get('/events', headers))
  expect(await client.receives('\r\n\r\n')).toContain('HTTP/1.1 200 OK')
})

test.each(['DELETE', 'OPTIONS'])(
  'the chunked body of a %s request is not smuggled in as a second request',
  async (method) => {
    await using origin = await startOrigin((request, response) => {
      request.resume()
      response.end('ok')
    })
    await using proxy = await createProxy({ target: origin.url })
    const smuggled = get('/smuggled')
    const body = `${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`
    using client = await rawClient(
      proxy.port,
      `${method} / HTTP/1.1\r\nhost: app.test\r\ntransfer-encoding: chunked\r\n\r\n${body}`,
    )
    await client.ended()
    expect(client.text).toMatch(/^HTTP\/1.1 411 /)
    await wait(100)
    expect(origin.requests.map((request) => request.url)).toEqual([])
  },
)

test('hop-by-hop headers pass in neither direction', async () => {
  await using origin = await startOrigin((_request, response) => {
    response.writeHead(200, {
      connection: 'keep-alive, x-response-hop',
      'x-response-hop': '1',
      'keep-alive': 'timeout=77',
      'proxy-authenticate': 'Basic',
      'x-kept': '1',
    })
    response.end('ok')
  })
  await using proxy = await createProxy({ target: origin.url })
  using client = await rawClient(
    proxy.port,
    get('/', {
      connection: 'keep-alive, x-request-hop',
      'x-request-hop': '1',
      te: 'gzip',
      'proxy-authorization': 'Basic eA==',
      'proxy-connection': 'keep-alive',
      'x-kept': '1',
    }),
  )
  const answer = await client.receives('ok')
  expect(answer).toMatch(/x-kept: 1/i)
  expect(answer).not.toMatch(/x-response-hop|timeout=77|proxy-authenticate/i)
  const headers = origin.requests[0]?.headers ?? {}
  expect(headers).toMatchObject({ 'x-kept': '1', host: 'app.test' })
  for (const name of ['x-request-hop', 'te', 'proxy-authorization', 'proxy-connection']) {
    expect(headers).not.toHaveProperty(name)
  }
})

test('hundreds of streams to one target wait for none of the others', async () => {
  await using origin = await startOrigin((_request, response) => openStream(response))
  await using proxy = await createProxy({ target: origin.url })
  const clients = await Promise.all(Array.from({ length: 300 }, (_, index) => rawClient(proxy.port, get(`/${index}`))))
  await Promise.all(clients.map((client) => client.receives('text/event-stream')))
  expect(origin.sockets.size).toBe(300)
  for (const client of clients) client.socket.destroy()
  await until(() => origin.sockets.size === 0)
})

test('connections to the target are kept and used again', async () => {
  await using origin = await startOrigin((_request, response) => response.end('ok'))
  await using proxy = await createProxy({ target: origin.url })
  for (let count = 0; count < 3; count++) {
    using client = await rawClient(proxy.port, get('/'))
    await client.receives('ok')
  }
  expect(origin.sockets.size).toBe(1)
})

test('doubled slashes and odd paths arrive as they were sent', async () => {
  await using origin = await startOrigin((_request, response) => response.end('ok'))
  await using proxy = await createProxy({ target: `${origin.url}/base/` })
  const paths = ['//a//b?c=//d', '/a%2Fb', '/?x=http://y//z', '/%']
  for (const path of paths) {
    using client = await rawClient(proxy.port, get(path))
    await client.receives('ok')
  }
  expect(origin.requests.map((request) => request.url)).toEqual(paths.map((path) => `/base${path}`))
})

test('a WebSocket upgrade passes, and each end is told when the other leaves', async () => {
  await using origin = await startOrigin(() => {})
  origin.server.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    socket.pipe(socket)
  })
  await using proxy = await createProxy({ target: origin.url })
  const handshake = get('/socket', { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-key': 'eA==' })
  using first = await rawClient(proxy.port, handshake)
  await first.receives('\r\n\r\n')
  expect(first.text).toMatch(/^HTTP\/1.1 101 /)
  first.write('echo')
  await first.receives('echo')
  expect(proxy.ledger.snapshot().origins.reduce((sum, { sockets }) => sum + sockets, 0)).toBe(0)
  first.socket.resetAndDestroy()
  await until(() => origin.sockets.size === 0)

  using second = await rawClient(proxy.port, handshake, { allowHalfOpen: true })
  await second.receives('101')
  for (const socket of origin.sockets) socket.resetAndDestroy()
  // The client keeps its own half open: only a connection that is gone altogether refuses what it writes.
  await until(() => {
    if (!second.closed) second.write('x')
    return second.closed
  })
})

test('a refused upgrade passes as the ordinary response that it is', async () => {
  await using origin = await startOrigin(() => {})
  origin.server.on('upgrade', (_request, socket) => {
    socket.end('HTTP/1.1 403 Forbidden\r\ntransfer-encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n')
  })
  await using proxy = await createProxy({ target: origin.url })
  using client = await rawClient(proxy.port, get('/socket', { connection: 'Upgrade', upgrade: 'websocket' }))
  await client.ended()
  expect(client.text).toMatch(/^HTTP\/1.1 403 Forbidden\r\n/)
  expect(client.text).toMatch(/transfer-encoding: chunked/i)
  expect(client.text).toMatch(/\r\n2\r\nno\r\n0\r\n\r\n$/)
  expect(client.text.match(/HTTP\/1.1/g)).toHaveLength(1)
})

test('a client that resets during the upgrade does no harm', async () => {
  await using origin = await startOrigin(() => {})
  const asked = new Promise<void>((resolve) =>
    origin.server.on('upgrade', (_request, socket) => {
      socket.resume().on('end', () => socket.end())
      resolve()
    }),
  )
  await using proxy = await createProxy({ target: origin.url })
  using client = await rawClient(proxy.port, get('/socket', { connection: 'Upgrade', upgrade: 'websocket' }))
  await asked
  client.socket.resetAndDestroy()
  await until(() => origin.sockets.size === 0)
})

test('an offer of h2c is ignored, the request answered', async () => {
  await using origin = await startOrigin((_request, response) => response.end('ok'))
  await using proxy = await createProxy({ target: origin.url })
  using client = await rawClient(proxy.port, get('/', { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c' }))
  await client.receives(/^HTTP\/1.1 200 OK.*\r\nok$/s)
})

test('a dead target gives a page that names it and the reason', async () => {
  const port = await freePort()
  await using proxy = await createProxy({ target: `http://127.0.0.1:${port}` })
  const answer = await fetch(proxy.url)
  expect(answer.status).toBe(502)
  const page = await answer.text()
  expect(page).toContain(`http://127.0.0.1:${port}`)
  expect(page).toContain('refused')
  using upgrade = await rawClient(proxy.port, get('/', { connection: 'Upgrade', upgrade: 'websocket' }))
  await upgrade.ended()
  expect(upgrade.text).toMatch(/^HTTP\/1.1 502 /)
})

test('a target that closes without an answer gives a 502', async () => {
  await using origin = await startOrigin((request) => request.socket.destroy())
  await using proxy = await createProxy({ target: origin.url })
  expect((await fetch(proxy.url)).status).toBe(502)
})

test('nothing warns, not even where util._extend does', () => {
  const script = `
    import http from 'node:http'
    import util from 'node:util'
    util._extend = util.deprecate(util._extend, 'util._extend is deprecated', 'DEP0060') // as Node 22 has it
    const { createProxy } = await import(${JSON.stringify(new URL('dist/proxy/index.js', packageRoot))})
    const origin = http.createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1', async () => {
      const proxy = await createProxy({ target: 'http://127.0.0.1:' + origin.address().port })
      console.log(await (await fetch(proxy.url + '//a?b')).text())
      await proxy.close()
      origin.closeAllConnections()
      origin.close()
    })`
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', timeout: 15_000 })
  expect(run).toMatchObject({ stdout: 'ok\n', stderr: '' })
})
