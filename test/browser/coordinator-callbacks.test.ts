/** SSECoordinator in a real Chromium: every fault seen in its forerunners, and every defined answer to trouble. */
import type { Browser, BrowserContext, Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type StreamServer, startStreamServer } from '../coordinator/stream-server.js'
import { endings, launchChromium, until } from './coordinator-tabs.js'

interface Log {
  events: { type: string; data: unknown; id: string | undefined; timestamp: string }[]
  connected: boolean[]
  leader: boolean[]
  errors: string[]
  gaps: string[]
  logged: string[]
}

type Made = { log: Log; coordinator: Record<string, (...parameters: unknown[]) => unknown> }

declare global {
  var made: Record<string, Made>
}

let browser: Browser
let context: BrowserContext
let server: StreamServer

beforeAll(async () => {
  browser = await launchChromium(['--host-resolver-rules=MAP plain.test 127.0.0.1'])
})
afterAll(() => browser?.close())
beforeEach(async () => {
  context = await browser.createBrowserContext()
  server = await startStreamServer({ everyMs: 0 })
})
afterEach(async () => {
  await context.close()
  await server.close()
})

async function openPage(url = server.url): Promise<Page> {
  const page = await context.newPage()
  await page.goto(url)
  return page
}

/** Makes a coordinator in the page that notes all it is told, and connects it. `code` may add options in JavaScript. */
async function connect(page: Page, options: Record<string, unknown> = {}, code = '{}', name = 'one'): Promise<void> {
  await page.evaluate(
    (options, code, name) => {
      const log: Log = { events: [], connected: [], leader: [], errors: [], gaps: [], logged: [] }
      const { SSECoordinator } = globalThis as unknown as {
        SSECoordinator: new (options: unknown) => Made['coordinator']
      }
      const coordinator = new SSECoordinator({
        url: '/events',
        onEvent: (event: Log['events'][0]) => log.events.push(event),
        onConnectionChange: (connected: boolean) => log.connected.push(connected),
        onLeaderChange: (leader: boolean) => log.leader.push(leader),
        onError: (error: Error) => log.errors.push(error.message),
        onGap: ({ lastEventId }: { lastEventId: string }) => log.gaps.push(lastEventId),
        logger: { error: (words: string) => log.logged.push(words) },
        ...options,
        // biome-ignore lint/security/noGlobalEval: functions cannot be handed to a page in another way.
        ...eval(`(${code})`),
      })
      globalThis.made = { ...globalThis.made, [name]: { log, coordinator } }
      coordinator.connect?.()
    },
    options,
    code,
    name,
  )
}

const logOf = (page: Page, name = 'one'): Promise<Log> =>
  page.evaluate((name) => globalThis.made[name]?.log as Log, name)
const idsOf = async (page: Page, name = 'one') => (await logOf(page, name)).events.map(({ id }) => Number(id))
const call = (page: Page, method: string, ...parameters: unknown[]): Promise<unknown> =>
  page.evaluate((method, parameters) => globalThis.made.one?.coordinator[method]?.(...parameters), method, parameters)
const untilConnected = (page: Page, name = 'one') =>
  until(async () => (await logOf(page, name)).connected.at(-1) === true, 'the page is connected')
const untilHas = (page: Page, id: number, name = 'one') =>
  until(async () => (await idsOf(page, name)).includes(id), `the page has event ${id}`)
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Two tabs on one stream, which the first leads. */
async function connectTwo(): Promise<[leader: Page, follower: Page]> {
  const [leader, follower] = [await openPage(), await openPage()]
  await connect(leader)
  await untilConnected(leader)
  await connect(follower)
  await untilConnected(follower)
  return [leader, follower]
}

test('an event has type, parsed data, id and time; what is no JSON is logged and skipped', async () => {
  const page = await openPage()
  await connect(page, { eventTypes: ['tick'] })
  await untilConnected(page)
  server.send({ type: 'tick', data: '{"a":[1]}' })
  server.send({ type: 'tick', data: 'not json' })
  server.send({ type: 'other' })
  server.send({ data: '"default type"' })
  await untilHas(page, 4)
  const { events, logged } = await logOf(page)
  expect(events.map(({ type, data, id }) => ({ type, data, id }))).toEqual([
    { type: 'tick', data: { a: [1] }, id: '1' },
    { type: 'message', data: 'default type', id: '4' },
  ])
  expect(new Date(events[0]?.timestamp ?? '').toISOString()).toBe(events[0]?.timestamp)
  expect(logged).toHaveLength(1)
})

test('connect() twice is connect() once, and the origin lives on', async () => {
  const page = await openPage()
  await connect(page)
  await call(page, 'connect')
  await untilConnected(page)
  await call(page, 'connect')
  server.send()
  await untilHas(page, 1)
  await pause(200)
  expect(await idsOf(page)).toEqual([1])
  expect(server.requests).toHaveLength(1)
})

test('disconnect() then connect() works, also in one tick, as under StrictMode', async () => {
  const page = await openPage()
  await connect(page)
  await page.evaluate(() => {
    for (let times = 0; times < 3; times++) {
      globalThis.made.one?.coordinator.disconnect?.()
      globalThis.made.one?.coordinator.connect?.()
    }
  })
  await untilConnected(page)
  server.send()
  await untilHas(page, 1)
  await call(page, 'disconnect')
  await until(() => server.open === 0, 'the stream is closed')
  await call(page, 'connect')
  await until(() => server.open === 1, 'the stream is open again')
  server.send()
  await untilHas(page, 2)
  expect(await idsOf(page)).toEqual([1, 2])
})

test('one drop by the server makes one reconnect, with the last event ID', async () => {
  const page = await openPage()
  await connect(page)
  await untilConnected(page)
  server.send()
  await untilHas(page, 1)
  server.drop(true)
  await until(() => server.requests.length === 2 && server.open === 1, 'it is back')
  await pause(500)
  expect(server.requests).toHaveLength(2)
  expect(server.requests[1]?.lastEventId).toBe('1')
  expect((await logOf(page)).connected).toEqual([true, false, true])
})

test('two URLs on one channel name never mix', async () => {
  const [a, b] = [await openPage(), await openPage()]
  await connect(a, { url: '/events/a' })
  await connect(b, { url: '/events/b' })
  await untilConnected(a)
  await untilConnected(b)
  expect(server.requests.map(({ url }) => url).sort()).toEqual(['/events/a', '/events/b'])
  expect((await logOf(a)).leader).toEqual([true])
  expect((await logOf(b)).leader).toEqual([true])
})

test('a late follower learns the state of the connection at once, and gets a replay if it asks for one', async () => {
  const leader = await openPage()
  await connect(leader)
  await untilConnected(leader)
  for (let count = 0; count < 5; count++) server.send()
  await untilHas(leader, 5)
  const [late, curious] = [await openPage(), await openPage()]
  await connect(late)
  await connect(curious, { replay: 3 })
  await untilConnected(late)
  await untilHas(curious, 5)
  expect(await idsOf(curious)).toEqual([3, 4, 5])
  server.send()
  await untilHas(late, 6)
  expect(await idsOf(late)).toEqual([6])
  expect((await logOf(late)).leader).toEqual([])
})

test('a callback that throws is reported and harms nobody', async () => {
  const [leader, follower] = [await openPage(), await openPage()]
  const reported: string[] = []
  leader.on('pageerror', (error) => reported.push(String((error as Error).message)))
  await connect(
    leader,
    {},
    "{ onEvent() { throw new Error('from the app') }, onConnectionChange() { throw new Error('too') } }",
  )
  await until(() => server.open === 1, 'the stream is open')
  await connect(follower)
  await untilConnected(follower)
  server.send()
  server.send()
  await untilHas(follower, 2)
  await until(() => reported.filter((words) => words.includes('from the app')).length === 2, 'both are reported')
})

test('a follower gets a type that the leader did not ask for, over the native transport too', async () => {
  const [leader, follower] = [await openPage(), await openPage()]
  await connect(leader, { transport: 'eventsource', eventTypes: ['a'] })
  await untilConnected(leader)
  await connect(follower, { transport: 'eventsource', eventTypes: ['b'] })
  await untilConnected(follower)
  await pause(100)
  server.send({ type: 'a' })
  server.send({ type: 'b' })
  await untilHas(follower, 2)
  await untilHas(leader, 1)
  expect(await idsOf(follower)).toEqual([2])
  expect(await idsOf(leader)).toEqual([1])
})

test('a 502 on reconnect is outlived', async () => {
  const page = await openPage()
  await connect(page)
  await untilConnected(page)
  server.send()
  await untilHas(page, 1)
  server.habits.status = 502
  server.drop()
  await until(() => server.requests.length >= 3, 'it has tried twice')
  server.habits.status = 200
  server.send()
  await untilHas(page, 2)
  expect((await logOf(page)).errors).toEqual([])
})

test('a restart of the server loses nothing that it kept', async () => {
  const [leader, follower] = await connectTwo()
  server.send()
  await untilHas(follower, 1)
  await server.down()
  server.send()
  await pause(500)
  await server.up()
  server.send()
  await untilHas(leader, 3)
  await untilHas(follower, 3)
  expect(await idsOf(leader)).toEqual([1, 2, 3])
  expect(await idsOf(follower)).toEqual([1, 2, 3])
  expect((await logOf(follower)).connected).toEqual([true, false, true])
})

test('a restart that begins to count anew loses nothing either', async () => {
  const [leader, follower] = await connectTwo()
  for (let count = 0; count < 3; count++) server.send({ data: `"old ${count}"` })
  await untilHas(follower, 3)
  server.habits.resume = 'no'
  server.drop()
  await until(() => server.requests.length === 2 && server.open === 1, 'it is back')
  server.lastId = 0
  for (let count = 0; count < 4; count++) {
    server.send({ data: `"new ${count}"` })
    await pause(20)
  }
  for (const page of [leader, follower]) {
    await until(async () => (await logOf(page)).events.at(-1)?.data === 'new 3', 'the last has come')
    expect((await logOf(page)).events.map(({ data }) => data)).toEqual([
      'old 0',
      'old 1',
      'old 2',
      'new 0',
      'new 1',
      'new 2',
      'new 3',
    ])
  }
})

test.each(['inclusive', 'all'] as const)(
  'a server that sends again what is known (%s) doubles nothing',
  async (resume) => {
    server.habits.resume = resume
    const [leader, follower] = await connectTwo()
    for (let count = 0; count < 3; count++) server.send()
    await untilHas(follower, 3)
    server.drop()
    await until(() => server.requests.length === 2 && server.open === 1, 'it is back')
    server.send()
    await untilHas(follower, 4)
    await leader.close()
    await until(() => server.requests.length === 3 && server.open === 1, 'the follower leads')
    server.send()
    await untilHas(follower, 5)
    expect(await idsOf(follower)).toEqual([1, 2, 3, 4, 5])
  },
)

test('204 ends the stream in all tabs, without an error', async () => {
  const [leader, follower] = await connectTwo()
  server.habits.status = 204
  server.drop()
  for (const page of [leader, follower]) {
    await until(async () => (await logOf(page)).connected.at(-1) === false, 'it is over')
  }
  await until(() => server.requests.length === 2, 'it has come back')
  await pause(500)
  expect(server.requests).toHaveLength(2)
  expect((await logOf(leader)).errors).toEqual([])
  expect((await logOf(follower)).errors).toEqual([])
  server.habits.status = 200
  await call(follower, 'connect')
  await until(() => server.open === 1, 'connect() begins again')
})

test.each([
  ['a 404', { status: 404 }, 'The server answered 404'],
  ['a wrong content type', { contentType: 'text/html' }, 'The server answered text/html'],
])('%s ends the stream with one error', async (_name, habits, words) => {
  Object.assign(server.habits, habits)
  const page = await openPage()
  await connect(page)
  await until(async () => (await logOf(page)).errors.length > 0, 'there is an error')
  await pause(300)
  expect((await logOf(page)).errors).toEqual([words])
  expect(server.requests).toHaveLength(1)
})

test('after the last attempt it gives up with one error', async () => {
  server.habits.status = 500
  const page = await openPage()
  await connect(page, { maxReconnectAttempts: 1 })
  await until(async () => (await logOf(page)).errors.length > 0, 'it gives up')
  expect((await logOf(page)).errors).toEqual(['Max reconnection attempts reached'])
  expect(server.requests).toHaveLength(2)
})

test('a redirect is followed, and reconnects go straight to the target', async () => {
  server.habits.redirectTo = '/events/target?redirected'
  const [leader, follower] = await connectTwo()
  server.send()
  await untilHas(follower, 1)
  server.drop()
  await until(() => server.requests.length === 3 && server.open === 1, 'it is back')
  server.send()
  await untilHas(follower, 2)
  expect(server.requests.map(({ url }) => url)).toEqual(['/events', ...Array(2).fill('/events/target?redirected')])
  expect(server.requests[2]?.lastEventId).toBe('1')
  expect(await idsOf(leader)).toEqual([1, 2])
})

test('when the browser is online again a reconnect that waits is made at once', async () => {
  server.habits.retryMs = 60_000
  const page = await openPage()
  await connect(page)
  await untilConnected(page)
  server.send()
  await untilHas(page, 1)
  server.drop()
  await until(async () => (await logOf(page)).connected.at(-1) === false, 'the stream is lost')
  await page.setOfflineMode(true)
  server.send()
  await pause(200)
  expect(server.requests).toHaveLength(1)
  await page.setOfflineMode(false)
  await untilHas(page, 2)
  expect(await idsOf(page)).toEqual([1, 2])
})

test.each([
  [true, ['open', 'error 0', 'open']],
  [false, ['open', 'error 0', 'error 2']],
])('SharedEventSource with reconnectOnError %s meets a 502 on reconnect', async (reconnectOnError, log) => {
  const page = await openPage()
  await page.evaluate((reconnectOnError) => {
    const { SharedEventSource } = globalThis as unknown as {
      SharedEventSource: new (url: string, init: object) => EventSource
    }
    const source = new SharedEventSource('/events', { reconnectOnError })
    const log: string[] = []
    source.onopen = () => log.push('open')
    source.onerror = () => log.push(`error ${source.readyState}`)
    Object.assign(globalThis, { log })
  }, reconnectOnError)
  const logged = async () => (await page.evaluate('log')) as string[]
  await until(async () => (await logged()).length === 1, 'it is open')
  server.habits.status = 502
  server.drop()
  await until(() => server.requests.length >= 2, 'it has tried')
  await pause(50)
  server.habits.status = 200
  await pause(1_000)
  // Every failed attempt is an error event, as with EventSource; how many there were is a matter of time.
  expect((await logged()).filter((line, index, all) => line !== all[index - 1])).toEqual(log)
  expect(server.open).toBe(reconnectOnError ? 1 : 0)
})

test('headers are asked for at every connect, and once more after a 401', async () => {
  let valid = 'token 2'
  server.habits.status = (request) => (request.headers.authorization === valid ? 200 : 401)
  const page = await openPage()
  const headers =
    '{ headers: ({ refused }) => ({ authorization: "token " + (globalThis.asked = (globalThis.asked ?? 0) + 1), "x-refused": String(refused) }) }'
  await connect(page, { scope: 'me' }, headers)
  await untilConnected(page)
  expect(server.requests.map((request) => request.headers['x-refused'])).toEqual(['false', 'true'])
  valid = 'none'
  server.drop()
  await until(async () => (await logOf(page)).errors.length > 0, 'it gives up')
  expect((await logOf(page)).errors).toEqual(['The server answered 401'])
  expect(server.requests).toHaveLength(4)
})

test('method and body are sent', async () => {
  const page = await openPage()
  await connect(page, { method: 'POST', body: '{"room":1}' })
  await untilConnected(page)
  expect(server.requests[0]).toMatchObject({ method: 'POST', body: '{"room":1}' })
})

test('two scopes never share a stream, and a logout ends one of them in all tabs', async () => {
  const pages = [await openPage(), await openPage(), await openPage()]
  for (const [index, page] of pages.entries()) {
    await connect(page, { scope: index < 2 ? 'ada' : 'bob' })
    await untilConnected(page)
  }
  expect(server.open).toBe(2)
  const [, second, other] = pages
  if (!second || !other) throw new Error('no page')
  await call(second, 'disconnect', { allTabs: true })
  await until(() => server.open === 1, 'the stream of that scope is closed')
  server.send()
  await untilHas(other, 1)
  expect(await idsOf(second)).toEqual([])
})

test('an aborted signal disconnects, and one aborted before keeps it from connecting', async () => {
  const page = await openPage()
  await connect(page, {}, '{ signal: (globalThis.controller = new AbortController()).signal }')
  await untilConnected(page)
  await page.evaluate('controller.abort()')
  await until(() => server.open === 0, 'the stream is closed')
  await call(page, 'connect')
  await pause(200)
  expect(server.open).toBe(0)
})

test('without ids every change of connection is told as a gap', async () => {
  server.habits.withIds = false
  const [leader, follower] = await connectTwo()
  server.send()
  await until(async () => (await logOf(follower)).events.length === 1, 'it has come')
  server.drop()
  await until(async () => (await logOf(follower)).gaps.length === 1, 'the follower is told')
  await leader.close()
  await until(async () => (await logOf(follower)).gaps.length === 2, 'it is told again')
  expect((await logOf(follower)).gaps).toEqual(['', ''])
})

test('demoteToFollower() hands the connection over, and back when nobody else is there', async () => {
  const [leader, follower] = await connectTwo()
  await call(leader, 'demoteToFollower')
  await until(async () => (await call(follower, 'isLeader')) === true, 'the follower leads')
  expect(await call(leader, 'isLeader')).toBe(false)
  expect((await logOf(leader)).connected).toEqual([true])
  await follower.close()
  await until(async () => (await call(leader, 'isLeader')) === true, 'the first leads again')
})

test('an app may hand an event of its own to the other tabs', async () => {
  const [leader, follower] = await connectTwo()
  await call(follower, 'broadcastEvent', { type: 'local', data: 1, id: undefined, timestamp: 'now' })
  await until(async () => (await logOf(leader)).events.length === 1, 'it has come')
  await call(leader, 'handleBroadcastMessage', { type: 'hand-made', data: 2 })
  await call(leader, 'handleBroadcastMessage', null)
  await call(leader, 'handleBroadcastMessage', { type: 3 })
  expect((await logOf(leader)).events.map(({ type }) => type)).toEqual(['local', 'hand-made'])
})

test('foreign and malformed messages on the channel are ignored', async () => {
  const [leader, follower] = [await openPage(), await openPage()]
  const errors: unknown[] = []
  for (const page of [leader, follower]) page.on('pageerror', (error) => errors.push(error))
  await connect(leader)
  await untilConnected(leader)
  await connect(follower)
  await untilConnected(follower)
  await leader.evaluate(async () => {
    const name =
      (await navigator.locks.query()).held?.find((lock) => lock.name?.includes('sse-coordinator'))?.name ?? ''
    const channel = new BroadcastChannel(name)
    const far = Number.MAX_SAFE_INTEGER
    const list = [null, 0, 'text', [], {}, ['nonsense'], ['constructor'], ['__proto__', far], { kind: 'end' }]
    const heads = [[far], [far, 'text'], [far, [far]]]
    const events = [[[1, 2, 3]], ['abc'], [['a']], [null], null, 'abc'].map((those) => [
      far,
      ['message'],
      those,
      1,
      '',
      '',
      '',
    ])
    for (const message of [...list, ...heads, ...events]) channel.postMessage(message)
    channel.close()
  })
  server.send()
  await untilHas(follower, 1)
  await untilHas(leader, 1)
  expect(errors).toEqual([])
  expect(server.requests).toHaveLength(1)
})

test('without Web Locks, on a plain-http host, tabs agree by asking', async () => {
  const url = server.url.replace('127.0.0.1', 'plain.test')
  const pages = [await openPage(url), await openPage(url), await openPage(url)]
  expect(await pages[0]?.evaluate(() => [isSecureContext, 'locks' in navigator])).toEqual([false, false])
  await Promise.all(pages.map((page) => connect(page)))
  await Promise.all(pages.map((page) => untilConnected(page)))
  expect(server.open).toBe(1)
  for (let count = 0; count < 2; count++) {
    const leading = await Promise.all(pages.map((page) => call(page, 'isLeader')))
    expect(leading.filter(Boolean)).toHaveLength(1)
    const id = server.send()
    await Promise.all(pages.map((page) => untilHas(page, id)))
    const before = server.requests.length
    const [leader] = pages.splice(leading.indexOf(true), 1)
    if (count) await leader?.close()
    else if (leader) await endings.crash(leader)
    await pages[0]?.bringToFront()
    await until(() => server.open === 1 && server.requests.length > before, 'another leads')
  }
  const id = server.send()
  for (const page of pages) await untilHas(page, id)
})

test('without BroadcastChannel, and with strategy standalone, each tab has a stream of its own', async () => {
  const [bare, alone] = [await context.newPage(), await openPage()]
  await bare.evaluateOnNewDocument('delete globalThis.BroadcastChannel')
  await bare.goto(server.url)
  await connect(bare)
  await connect(alone, { strategy: 'standalone' })
  await untilConnected(bare)
  await untilConnected(alone)
  expect(server.open).toBe(2)
})

test('in a sandboxed frame it is a stream of its own', async () => {
  server.habits.headers = { 'access-control-allow-origin': '*' }
  const page = await openPage()
  await page.evaluate(async () => {
    const frame = document.createElement('iframe')
    frame.sandbox.add('allow-scripts')
    const code = await (await fetch('/coordinator.global.js')).text()
    frame.srcdoc = `<script>${code.replaceAll('</', '<\\/')}</script><script>
      const source = new SharedEventSource('${location.origin}/events')
      source.onmessage = (event) => parent.postMessage(event.lastEventId, '*')
    </script>`
    addEventListener('message', ({ data }) => Object.assign(globalThis, { heard: data }))
    document.body.append(frame)
  })
  await until(() => server.open === 1, 'the frame has its stream')
  server.send()
  await until(async () => (await page.evaluate('globalThis.heard')) === '1', 'the frame has heard')
})

test('a dedicated worker shares the stream with the pages', async () => {
  const page = await openPage()
  await connect(page)
  await untilConnected(page)
  await page.evaluate(() => {
    const code = `importScripts('${location.origin}/coordinator.global.js')
      const coordinator = new SSECoordinator({ url: '${location.origin}/events', onEvent: ({ id }) => postMessage(id) })
      coordinator.connect()`
    const worker = new Worker(URL.createObjectURL(new Blob([code])))
    Object.assign(globalThis, { worker, heard: [] as string[] })
    worker.onmessage = ({ data }) => (globalThis as unknown as { heard: string[] }).heard.push(data)
  })
  await pause(300)
  expect(server.open).toBe(1)
  server.send()
  await until(async () => ((await page.evaluate('globalThis.heard')) as string[]).includes('1'), 'the worker has heard')
  await call(page, 'disconnect')
  await until(() => server.requests.length === 2 && server.open === 1, 'the worker leads')
  server.send()
  await until(async () => ((await page.evaluate('globalThis.heard')) as string[]).includes('2'), 'the worker reads')
})

test('wrong options are TypeErrors that name the option, and wrong URLs are named', async () => {
  const page = await openPage()
  const words = await page.evaluate(() => {
    const { SSECoordinator } = globalThis as unknown as { SSECoordinator: new (options: unknown) => unknown }
    const wrong: unknown[] = [
      undefined,
      { url: 'http://[' },
      { url: 'ftp://host/' },
      { url: '/', onEvent: 1 },
      { url: '/', eventTypes: 'tick' },
      { url: '/', maxReconnectAttempts: -1 },
      { url: '/', strategy: 'locks' },
      { url: '/', transport: 'websocket' },
      { url: '/', headers: {} },
      { url: '/', replay: 0.5 },
      { url: '/', signal: {} },
      { url: '/', onevent() {} },
      { url: '/', transport: 'eventsource', method: 'POST' },
    ]
    return wrong.map((options) => {
      try {
        new SSECoordinator(options)
        return 'made'
      } catch (error) {
        return `${(error as Error).name}: ${(error as Error).message}`
      }
    })
  })
  expect(words[1]).toContain('Invalid URL: http://[')
  expect(words[2]).toContain('URL must use http or https protocol: ftp://host/')
  const named = [
    'options',
    '',
    '',
    'onEvent',
    'eventTypes',
    'maxReconnectAttempts',
    'strategy',
    'transport',
    'scope',
    'replay',
    'signal',
    'onevent',
    'transport',
  ]
  for (const [index, name] of named.entries())
    if (name) expect(words[index]).toMatch(new RegExp(`^TypeError: ${name} `))
})
