import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { createProxy } from '../../src/proxy/index.js'
import { openStream, startOrigin } from './support/origin.js'
import { asStream, get, rawClient } from './support/raw-client.js'
import { startIdleReader, startTorrent } from './support/torrent.js'
import { until } from './support/until.js'

test.each([
  ['localhost:3000', 'Did you mean http://localhost:3000 ?'],
  ['3000', 'Did you mean http://localhost:3000 ?'],
  ['ftp://localhost/', undefined],
  ['', undefined],
])('the target %o is refused', async (target, hint) => {
  await expect(createProxy({ target })).rejects.toMatchObject({ code: 'bad-target', hint })
})

test.each([
  ['http://localhost:3000/api?token=s3cret', 'The target http://localhost:3000/api?token=*** has a query'],
  ['http://%zz:s3cret@localhost:3000', 'User or password in the target http://***@localhost:3000/ cannot be read'],
  ['ftp://user:s3cret@localhost', 'not “ftp://***@localhost”'],
  ['user:s3cret@localhost', 'not “***@localhost”'],
])('the target %o is refused without its secrets', async (target, words) => {
  const refused = await createProxy({ target }).catch((error) => error)
  expect(refused).toMatchObject({ code: 'bad-target', message: expect.stringContaining(words) })
  expect(refused.message + refused.hint).not.toContain('s3cret')
})

test('a password without a user reaches the target, and a fragment is nothing to it', async () => {
  await using origin = await startOrigin(({ headers, url }, response) =>
    response.end(`${url} ${headers.authorization}`),
  )
  const target = `http://:secret@127.0.0.1:${origin.port}/app#/route`
  await using proxy = await createProxy({ target })
  expect(await (await fetch(`${proxy.url}/x`)).text()).toBe(`/app/x Basic ${btoa(':secret')}`)
})

test('with a password for the app, no page reads it under a name of its own', async () => {
  await using origin = await startOrigin((_request, response) => response.end('the app'))
  const target = `http://me:secret@127.0.0.1:${origin.port}`
  await using proxy = await createProxy({ target, allowHosts: ['*.mine.test'] })
  const ask = async (host: string, more = {}) => {
    using client = await rawClient(proxy.port, get('/', more, host))
    await client.receives(/the app|<\/html>/)
    return client.text.split(' ', 2)[1]
  }
  for (const host of ['127.0.0.1:8080', '[::1]', 'LOCALHOST:1', 'a.localhost', 'a.mine.test:80', '10.0.0.7']) {
    expect([host, await ask(host)]).toEqual([host, '200'])
  }
  for (const host of [
    'evil.test',
    'evil.test:8080',
    'localhost.evil.test',
    '<b>',
    '127.0.0.1.evil.test',
    'mine.test',
  ]) {
    expect([host, await ask(host)]).toEqual([host, '421'])
  }
  expect(await ask('evil.test', { connection: 'Upgrade', upgrade: 'websocket' })).toBe('421')
  expect(origin.requests).toHaveLength(6)
  await using open = await createProxy({ target: origin.url })
  using client = await rawClient(open.port, get('/', {}, 'evil.test'))
  await client.receives('the app') // which has its own idea of who may ask, without a proxy as well
})

test('a port that is taken is named', async () => {
  await using origin = await startOrigin(() => {})
  await expect(createProxy({ target: 'http://localhost:1', port: origin.port })).rejects.toMatchObject({
    code: 'port-in-use',
    message: expect.stringContaining(String(origin.port)),
  })
})

test('an address that is not of this machine cannot be listened on', async () => {
  await expect(createProxy({ target: 'http://localhost:1', host: '192.0.2.1' })).rejects.toMatchObject({
    code: 'bad-option',
  })
})

test.each([
  ['http://127.0.0.1:49321', '127.0.0.1'],
  ['http://localhost:49321/app', '127.0.0.1'],
  ['http://[::1]:49321', '::'],
  ['http://127.0.0.2:49321', '0.0.0.0'],
])('the target %s is the proxy itself on %s', async (target, host) => {
  await expect(createProxy({ target, host, port: 49321 })).rejects.toMatchObject({ code: 'bad-target' })
})

test('close ends everything on both sides, twice over', async () => {
  await using origin = await startOrigin((request, response) => {
    if (request.url === '/ok') response.end('ok')
    else if (request.url !== '/never') openStream(response)
  })
  origin.server.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    socket.pipe(socket)
  })
  const proxy = await createProxy({ target: origin.url })
  using stream = await rawClient(proxy.port, get('/stream'))
  await stream.receives('event-stream')
  using idle = await rawClient(proxy.port, get('/ok'))
  await idle.receives('ok')
  using busy = await rawClient(proxy.port, get('/never'))
  using upgraded = await rawClient(proxy.port, get('/', { connection: 'Upgrade', upgrade: 'websocket' }))
  await upgraded.receives('101')
  using silent = await rawClient(proxy.port)
  await until(() => origin.requests.length === 3)

  await Promise.all([proxy.close(), proxy.close()])
  await Promise.all([stream, idle, busy, upgraded, silent].map((client) => client.ended()))
  await until(() => origin.sockets.size === 0)
  expect(proxy.ledger.snapshot().origins.every(({ sockets }) => sockets === 0)).toBe(true)
  await expect(
    new Promise((resolve, reject) => connect(proxy.port, '127.0.0.1', () => resolve('connected')).on('error', reject)),
  ).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})

test.each([{}, asStream])('a slow reader with %j slows the target instead of filling the memory', async (headers) => {
  await using origin = await startTorrent()
  await using proxy = await createProxy({ target: origin.url })
  using _client = await startIdleReader(proxy.port, headers)
  await origin.stands()
  expect(origin.written).toBeLessThan(64 * 1024 * 1024)
})
