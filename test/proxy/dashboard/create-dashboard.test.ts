import { request as httpRequest, type IncomingHttpHeaders, type RequestListener } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { connect } from 'node:net'
import { EventSource } from 'eventsource'
import { expect, test } from 'vitest'
import { createDashboard } from '../../../src/proxy/dashboard/index.js'
import type { DashboardState, EventBatch } from '../../../src/proxy/dashboard/messages.js'
import { createProxy } from '../../../src/proxy/index.js'
import { injectCoordinator } from '../../../src/proxy/inject/index.js'
import { openStream, startOrigin } from '../support/origin.js'
import { get, rawClient } from '../support/raw-client.js'
import { until } from '../support/until.js'

const streaming: RequestListener = (_request, response) => {
  openStream(response).write('id: 1\nevent: tick\ndata: hello\n\n')
}

async function setUp(listener = streaming) {
  const origin = await startOrigin(listener)
  const proxy = await createProxy({ target: origin.url })
  const injection = await injectCoordinator(proxy, { on: false })
  const dashboard = await createDashboard(proxy, { injection, har: () => ({ log: {} }) })
  const own = `http://127.0.0.1:${dashboard.port}`
  return {
    proxy,
    injection,
    dashboard,
    own,
    ask: (path: string, options: AskOptions = {}) => ask(own + path, options),
    state: async () => JSON.parse((await ask(`${own}/state`)).text) as DashboardState,
    async [Symbol.asyncDispose]() {
      await dashboard.close()
      injection.close()
      await proxy.close()
      await origin[Symbol.asyncDispose]()
    },
  }
}

interface AskOptions {
  method?: string
  headers?: Record<string, string>
  body?: string
}

function ask(url: string, { method = 'GET', headers = {}, body }: AskOptions = {}) {
  return new Promise<{ status: number; headers: IncomingHttpHeaders; text: string }>((resolve, reject) => {
    const outgoing = httpRequest(url, { method, headers, agent: false }, (incoming) => {
      let text = ''
      incoming.setEncoding('utf8')
      incoming.on('data', (chunk: string) => {
        text += chunk
      })
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }))
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

const json = { 'content-type': 'application/json' }
const bearer = (token: string) => ({ ...json, authorization: `Bearer ${token}` })

test('the page and its parts come with headers that keep them to themselves', async () => {
  await using up = await setUp()
  for (const path of ['/', '/dashboard.js', '/dashboard.css', '/icon.svg', '/coordinator.js', '/state', '/nowhere']) {
    const { status, headers, text } = await up.ask(path)
    expect(status, path).toBe(path === '/nowhere' ? 404 : 200)
    expect(headers, path).toMatchObject({
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    })
    expect(headers['content-security-policy']).not.toContain('unsafe')
    expect(text).not.toContain(up.dashboard.token)
  }
  const { text } = await up.ask('/')
  expect(text).not.toMatch(/(src|href)="(?!\/|#)/)
  expect(text).not.toMatch(/<style|<script>|style=|onclick/)
  expect((await up.ask('/', { method: 'HEAD' })).text).toBe('')
})

test.each([
  'evil.test',
  'evil.test:PORT',
  '127.0.0.1',
  '127.0.0.1:1',
  '127.0.0.1.evil.test:PORT',
  'localhost.:PORT',
  '0.0.0.0:PORT',
])('a request that names the server %s is misdirected', async (name) => {
  await using up = await setUp()
  const host = name.replace('PORT', String(up.dashboard.port))
  for (const path of ['/', '/state', '/events']) expect((await up.ask(path, { headers: { host } })).status).toBe(421)
  const options = { method: 'POST', headers: { ...bearer(up.dashboard.token), host }, body: '{"add":["close"]}' }
  expect((await up.ask('/faults', options)).status).toBe(421)
  expect(up.proxy.faults.list()).toEqual([])
})

test('all names of this machine lead to it', async () => {
  await using up = await setUp()
  for (const name of ['127.0.0.1', 'localhost', '[::1]']) {
    const headers = { host: `${name}:${up.dashboard.port}`, origin: `http://${name}:${up.dashboard.port}` }
    expect((await up.ask('/state', { headers })).status).toBe(200)
  }
})

test('pages of other origins get nothing, but a link leads here', async () => {
  await using up = await setUp()
  const { token } = up.dashboard
  const foreign = [
    { origin: 'http://evil.test' },
    { origin: 'null' },
    { origin: `http://localhost:${up.dashboard.port}` }, // the request names 127.0.0.1
    { origin: up.proxy.url },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
    { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' },
  ] as Record<string, string>[]
  for (const headers of foreign) {
    for (const path of ['/state', '/events', '/dashboard.js'])
      expect((await up.ask(path, { headers })).status).toBe(403)
    const options = { method: 'POST', headers: { ...bearer(token), ...headers }, body: '{"add":["close"]}' }
    expect((await up.ask('/faults', options)).status).toBe(403)
  }
  const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }
  expect((await up.ask('/', { headers: link })).status).toBe(200)
  expect((await up.ask('/', { headers: { ...link, 'sec-fetch-dest': 'iframe' } })).status).toBe(403)
  for (const path of ['/state', '/events', '/proxy.har', '//']) {
    expect((await up.ask(path, { headers: link })).status).toBe(403)
  }
  expect(up.proxy.faults.list()).toEqual([])
})

test('changes need the token', async () => {
  await using up = await setUp()
  const { token } = up.dashboard
  expect(token.length).toBeGreaterThanOrEqual(32)
  const body = '{"add":["close"]}'
  for (const authorization of [
    '',
    'Bearer ',
    `Bearer ${token}x`,
    `Bearer ${token.slice(1)}`,
    `Basic ${token}`,
    token,
  ]) {
    const headers = { ...json, ...(authorization === '' ? {} : { authorization }) }
    expect(await up.ask('/faults', { method: 'POST', headers, body })).toMatchObject({ status: 403 })
    expect(await up.ask('/injection', { method: 'POST', headers, body: '{"on":true}' })).toMatchObject({ status: 403 })
  }
  expect((await up.ask(`/faults?token=${token}`, { method: 'POST', headers: json, body })).status).toBe(403)
  expect(up.proxy.faults.list()).toEqual([])
  expect(up.injection.isOn).toBe(false)
})

test('faults are switched on and off in the grammar of the command line, as at the mock', async () => {
  await using up = await setUp()
  const headers = bearer(up.dashboard.token)
  const post = (body: unknown) =>
    up.ask('/faults', { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) })
  const on = () => up.proxy.faults.list().map(({ text }) => text)
  const answer = await post({ add: [' latency:5ms@path=/a '] })
  expect(JSON.parse(answer.text)).toEqual({
    seed: up.proxy.faults.seed,
    faults: [{ number: 1, text: 'latency:5ms@path=/a' }],
  })
  expect((await up.state()).faults).toEqual([{ number: 1, text: 'latency:5ms@path=/a' }])
  expect((await post('no-ids\n\n close \n')).status).toBe(200)
  expect(on()).toEqual(['latency:5ms@path=/a', 'no-ids', 'close'])
  expect((await post({ remove: [1, 3], add: ['bom'] })).status).toBe(200)
  expect(on()).toEqual(['no-ids', 'bom'])
  const wrong = await post({ add: ['close', 'latancy'], remove: [2] })
  expect(wrong.status).toBe(400)
  expect(JSON.parse(wrong.text)).toEqual({ message: 'There is no fault “latancy”.', hint: 'Did you mean latency?' })
  expect(JSON.parse((await post({ remove: [9] })).text)).toEqual({ message: 'No fault 9 is on.', hint: null })
  expect(on()).toEqual(['no-ids', 'bom'])
  expect(JSON.parse((await up.ask('/kinds')).text)).toContainEqual({
    name: 'latency',
    alias: 'latency',
    summary: expect.any(String),
    value: { description: expect.any(String), fallback: '100ms' },
  })
})

test.each([
  ['nothing', 400, ''],
  ['broken JSON', 400, '{"add":'],
  ['another shape', 400, '{"add":"close"}'],
  ['numbers that are none', 400, '{"remove":["1"]}'],
  ['a form', 400, 'fault=close'],
  ['too long a body', 413, 'x'.repeat(20_000)],
])('%s is refused', async (_what, status, body) => {
  await using up = await setUp()
  const options = { method: 'POST', headers: bearer(up.dashboard.token), body }
  expect((await up.ask('/faults', options)).status).toBe(status)
  expect(up.proxy.faults.list()).toEqual([])
})

test('the injection is switched', async () => {
  await using up = await setUp()
  const headers = bearer(up.dashboard.token)
  const answer = await up.ask('/injection', { method: 'POST', headers, body: '{"on":true}' })
  expect(JSON.parse(answer.text)).toEqual({ on: true })
  expect(up.injection.isOn).toBe(true)
  expect((await up.ask('/injection', { method: 'POST', headers, body: '{"on":1}' })).status).toBe(400)
})

test('other methods and paths are not there', async () => {
  await using up = await setUp()
  for (const method of ['PUT', 'DELETE']) expect(await up.ask('/faults', { method })).toMatchObject({ status: 405 })
  expect(await up.ask('/elsewhere', { method: 'POST', headers: bearer(up.dashboard.token) })).toMatchObject({
    status: 404,
  })
  expect(await up.ask('/../package.json')).toMatchObject({ status: 404 })
  expect(await up.ask('/%2e%2e/package.json')).toMatchObject({ status: 404 })
})

test('the state shows each connection in a slot of its own, which it keeps', async () => {
  await using up = await setUp()
  const { host } = new URL(up.proxy.url)
  const slots = async () => {
    const { origins } = await up.state()
    return origins[0]?.slots.map(({ kind, request, stream }) => [kind, request, stream])
  }
  using one = await rawClient(up.proxy.port, get('/one?token=secret', {}, host))
  await one.receives('hello')
  {
    using two = await rawClient(up.proxy.port, get('/two', {}, host))
    await two.receives('hello')
    using three = await rawClient(up.proxy.port, get('/three', {}, host))
    await three.receives('hello')
    expect((await slots())?.slice(0, 4)).toEqual([
      ['stream', '/one?token=***', 1],
      ['stream', '/two', 2],
      ['stream', '/three', 3],
      ['free', null, null],
    ])
    two.socket.destroy()
    await until(() => up.proxy.ledger.snapshot().origins[0]?.streaming === 2)
    expect((await slots())?.slice(0, 3)).toMatchObject([
      ['stream', expect.anything(), 1],
      ['free', null, null],
      ['stream', '/three', 3],
    ])
    using four = await rawClient(up.proxy.port, get('/four', {}, host))
    await four.receives('hello')
    expect((await slots())?.[1]).toEqual(['stream', '/four', 4])
  }
  const { streams } = await up.state()
  expect(streams[0]).toMatchObject({ number: 1, url: '/one?token=***', events: 1, lastEventId: '1' })
  expect(JSON.parse((await up.ask('/streams/1/events')).text)).toMatchObject([{ type: 'tick', id: '1', data: 'hello' }])
  expect(JSON.parse((await up.ask('/streams/99/events')).text)).toEqual([])
})

test('a seventh connection stands beyond the six slots until one of them is free', async () => {
  await using up = await setUp()
  const { host } = new URL(up.proxy.url)
  const streams = async () => (await up.state()).origins[0]?.slots.map(({ stream }) => stream)
  const clients: Awaited<ReturnType<typeof rawClient>>[] = []
  for (let number = 1; number <= 8; number++) {
    const client = await rawClient(up.proxy.port, get(`/${number}`, {}, host))
    await client.receives('hello')
    clients.push(client)
  }
  const leave = async (number: number) => {
    clients[number - 1]?.socket.destroy()
    await until(() => !up.proxy.ledger.snapshot().origins[0]?.streams.some((stream) => stream.number === number))
  }
  expect(await streams()).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  await leave(2)
  expect(await streams()).toEqual([1, 7, 3, 4, 5, 6, 8])
  await leave(8)
  await leave(6)
  expect(await streams()).toEqual([1, 7, 3, 4, 5, null])
  for (const client of clients) client.socket.destroy()
})

test('over HTTP/2 the slot of the one connection tells of all that it carries', async () => {
  await using origin = await startOrigin(streaming)
  await using proxy = await createProxy({ target: origin.url, http2: true })
  await using dashboard = await createDashboard(proxy)
  const session = connectHttp2(proxy.url, { rejectUnauthorized: false })
  try {
    for (const path of ['/one', '/two', '/three']) session.request({ ':path': path }).resume()
    await until(() => proxy.ledger.streams().length === 3)
    const state: DashboardState = JSON.parse((await ask(`http://127.0.0.1:${dashboard.port}/state`)).text)
    const [slot, next] = state.origins[0]?.slots ?? []
    expect(slot).toMatchObject({ kind: 'stream', request: '/one and 2 more' })
    expect(next).toMatchObject({ kind: 'free' })
  } finally {
    session.destroy()
  }
})

test('the feed tells of changes and events, in no more than ten messages a second', async () => {
  await using up = await setUp((_request, response) => {
    openStream(response)
    for (let number = 1; number <= 500; number++) response.write(`id: ${number}\ndata: ${'x'.repeat(3000)}\n\n`)
  })
  const source = new EventSource(`${up.own}/events`)
  const states: DashboardState[] = []
  const batches: EventBatch[] = []
  source.addEventListener('state', ({ data }) => states.push(JSON.parse(data)))
  source.addEventListener('events', ({ data }) => batches.push(JSON.parse(data)))
  await until(() => states.length > 0)
  using client = await rawClient(up.proxy.port, get('/events', {}, new URL(up.proxy.url).host))
  const counted = () => batches.flatMap(({ counts }) => counts).reduce((sum, [, count]) => sum + count, 0)
  await until(() => counted() === 500)
  const startedAt = Date.now()
  expect(batches.length).toBeLessThan(20)
  for (const { events } of batches) expect(events.length).toBeLessThanOrEqual(100)
  expect(batches[0]?.events[0]).toMatchObject({
    stream: 1,
    id: '1',
    type: 'message',
    data: 'x'.repeat(2048),
    isCut: true,
  })
  await until(() => states.at(-1)?.streams[0]?.events === 500)
  const before = states.length
  await until(() => states.length > before + 1) // figures grow without events, too: looked at each second
  expect(states.length - before).toBeLessThanOrEqual((Date.now() - startedAt) / 100 + 2)
  source.close()
  client.socket.destroy()
  await until(() => up.proxy.ledger.listenerCount('stream-event') === 0)
})

test('the HAR is offered for download where there is one', async () => {
  await using up = await setUp()
  const { headers, text } = await up.ask('/proxy.har')
  expect(headers['content-disposition']).toBe('attachment; filename="sse-coord.har"')
  expect(JSON.parse(text)).toEqual({ log: {} })
  await using without = await createDashboard(up.proxy)
  expect((await ask(`http://127.0.0.1:${without.port}/proxy.har`)).status).toBe(404)
  expect(JSON.parse((await ask(`http://127.0.0.1:${without.port}/state`)).text)).toMatchObject({
    hasHar: false,
    injection: null,
  })
})

test('a HAR that cannot be made is told to who asked for it', async () => {
  await using up = await setUp()
  const fail = () => {
    throw new Error('no room left')
  }
  await using broken = await createDashboard(up.proxy, { har: fail })
  const { status, headers, text } = await ask(`http://127.0.0.1:${broken.port}/proxy.har`)
  expect(status).toBe(500)
  expect(headers).not.toHaveProperty('content-disposition')
  expect(JSON.parse(text)).toMatchObject({ hint: 'no room left' })
})

test('closing cuts everybody, and leaves the proxy alone', async () => {
  await using up = await setUp()
  using quiet = await rawClient(up.dashboard.port)
  using reader = await rawClient(up.dashboard.port, get('/events', {}, `127.0.0.1:${up.dashboard.port}`))
  await reader.receives('event: state')
  await Promise.all([up.dashboard.close(), up.dashboard.close()])
  await Promise.all([quiet.ended(), reader.ended()])
  const refused = await new Promise((resolve) => {
    connect(up.dashboard.port, '127.0.0.1').once('error', resolve).once('connect', resolve)
  })
  expect(refused).toMatchObject({ code: 'ECONNREFUSED' })
  using client = await rawClient(up.proxy.port, get('/'))
  await client.receives('hello')
})

test('it leaves nobody listening to the proxy', async () => {
  await using up = await setUp()
  const listening = () => up.proxy.ledger.eventNames().map((name) => [name, up.proxy.ledger.listenerCount(name)])
  const before = listening()
  const second = await createDashboard(up.proxy, { injection: up.injection })
  expect(listening()).not.toEqual(before)
  await second.close()
  expect(listening()).toEqual(before)
})

test('a port that is taken is said', async () => {
  await using up = await setUp()
  await expect(createDashboard(up.proxy, { port: up.proxy.port })).rejects.toMatchObject({ code: 'port-in-use' })
})
