import { Transform } from 'node:stream'
import { expect, test } from 'vitest'
import { createProxy } from '../../src/proxy/index.js'
import { openStream, startOrigin } from './support/origin.js'
import { get, rawClient } from './support/raw-client.js'
import { until } from './support/until.js'

const upperCase = () =>
  new Transform({
    transform: (chunk, _encoding, done) => done(null, String(chunk).toUpperCase()),
    flush(done) {
      this.push(' AND MORE')
      done()
    },
  })

test('an interceptor changes request, head and body, and can be taken out again', async () => {
  await using origin = await startOrigin((request, response) => {
    const body = `hello ${request.headers['x-added']}`
    response.writeHead(200, { 'content-type': 'text/html', 'content-length': body.length, 'x-old': '1' }).end(body)
  })
  await using proxy = await createProxy({ target: origin.url })
  const remove = proxy.intercept({
    prepare(request) {
      request.headers['x-added'] = 'to'
    },
    rewrite: (request, { status, headers }) =>
      request.url === '/page' ? { head: { status, headers: [...headers, ['x-new', '2']] }, body: upperCase() } : null,
  })
  const changed = await fetch(`${proxy.url}/page`)
  expect([changed.headers.get('x-old'), changed.headers.get('x-new')]).toEqual(['1', '2'])
  expect(changed.headers.get('content-length')).toBeNull()
  expect(await changed.text()).toBe('HELLO TO AND MORE')
  expect(await (await fetch(`${proxy.url}/other`)).text()).toBe('hello to')
  remove()
  expect(await (await fetch(`${proxy.url}/page`)).text()).toBe('hello undefined')
})

test('an interceptor answers in place of the target', async () => {
  await using origin = await startOrigin((_request, response) => response.end('target'))
  await using proxy = await createProxy({ target: origin.url })
  proxy.intercept({
    answer(request, response) {
      if (request.url !== '/own.js') return false
      response.end('own')
      return true
    },
  })
  expect(await (await fetch(`${proxy.url}/own.js`)).text()).toBe('own')
  expect(await (await fetch(`${proxy.url}/`)).text()).toBe('target')
  expect(origin.requests).toHaveLength(1)
})

test('two rewrites follow each other, and their end is the end', async () => {
  await using origin = await startOrigin((_request, response) => response.end('x'))
  await using proxy = await createProxy({ target: origin.url })
  for (let count = 0; count < 2; count++)
    proxy.intercept({ rewrite: (_request, head) => ({ head, body: upperCase() }) })
  expect(await (await fetch(proxy.url)).text()).toBe('X AND MORE AND MORE')
})

test('a rewrite that fails, and a target that dies under one, break the response off', async () => {
  await using origin = await startOrigin((request, response) => {
    response.write('x')
    if (request.url === '/dies') setTimeout(() => request.socket.destroy(), 50)
  })
  await using proxy = await createProxy({ target: origin.url })
  proxy.intercept({
    rewrite: ({ url }, head) => ({
      head,
      body: new Transform({ transform: (_chunk, _encoding, done) => done(url === '/fails' ? new Error('no') : null) }),
    }),
  })
  for (const path of ['/fails', '/dies']) {
    using client = await rawClient(proxy.port, get(path))
    await client.ended()
    expect(client.text).toMatch(/^HTTP\/1.1 200 /)
    expect(client.text).not.toContain('\r\n0\r\n')
    await until(() => origin.sockets.size === 0)
  }
  using leaver = await rawClient(proxy.port, get('/stays'))
  await leaver.receives('200')
  leaver.socket.destroy()
  await until(() => origin.sockets.size === 0)
})

test('an interceptor that throws gives an error page, and the proxy goes on', async () => {
  await using origin = await startOrigin((_request, response) => response.end('ok'))
  await using proxy = await createProxy({ target: origin.url })
  const remove = proxy.intercept({
    prepare() {
      throw new Error('a fault in an interceptor')
    },
  })
  const answer = await fetch(proxy.url)
  expect([answer.status, await answer.text()]).toEqual([502, expect.stringContaining('a fault in an interceptor')])
  remove()
  expect(await (await fetch(proxy.url)).text()).toBe('ok')
})

test('watchers see each chunk of each stream, until they look away', async () => {
  await using origin = await startOrigin((_request, response) => void openStream(response).write('data: 1\n\n'))
  await using proxy = await createProxy({ target: origin.url })
  const seen: [number, string][] = []
  const stop = proxy.watch(({ number }) => (chunk, at) => {
    expect(at).toBeGreaterThan(performance.timeOrigin)
    seen.push([number, String(chunk)])
  })
  using first = await rawClient(proxy.port, get('/', { accept: 'text/event-stream' }))
  await until(() => seen.length === 1)
  stop()
  using second = await rawClient(proxy.port, get('/'))
  await Promise.all([first.receives('data: 1'), second.receives('data: 1')])
  expect(seen).toEqual([[1, 'data: 1\n\n']])
})

test('the last events of a stream are remembered with type, id and data', async () => {
  const long = 'x'.repeat(20_000)
  await using origin = await startOrigin(
    (_request, response) =>
      void openStream(response).write(`id: 1\ndata: a\ndata: b\n\nevent: tick\ndata: <i>\n\ndata: ${long}\n\n`),
  )
  await using proxy = await createProxy({ target: origin.url })
  using client = await rawClient(proxy.port, get('/'))
  await until(() => proxy.capture.events(1).length === 3)
  expect(proxy.capture.events(1)).toEqual([
    { at: expect.any(Number), type: 'message', id: '1', data: 'a\nb', isCut: false },
    { at: expect.any(Number), type: 'tick', id: null, data: '<i>', isCut: false },
    { at: expect.any(Number), type: 'message', id: null, data: 'x'.repeat(16_384), isCut: true },
  ])
  client.socket.destroy()
  await until(() => proxy.ledger.streams()[0]?.closedAt !== null)
  expect(proxy.capture.events(1)).toHaveLength(3)
  expect(proxy.capture.events(2)).toEqual([])
})

test('all faults are switched at once, or none', async () => {
  await using proxy = await createProxy({ target: 'http://localhost:1', faults: ['latency'], seed: 1 })
  expect(() => proxy.faults.set(['close', 'clsoe'])).toThrow('There is no fault')
  expect(proxy.faults.list().map(({ text }) => text)).toEqual(['latency'])
  proxy.faults.set(['close', 'jitter:1ms'], 7)
  expect(proxy.faults.list().map(({ text }) => text)).toEqual(['close', 'jitter:1ms'])
  expect(proxy.faults.seed).toBe(7)
})
