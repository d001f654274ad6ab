/** The options of SSECoordinator and their defaults, in a page that is alone, on a clock that is moved by hand. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { CoordinatorOptions } from '../../src/coordinator/options.js'
import { SSECoordinator } from '../../src/coordinator/sse-coordinator.js'

interface Request extends RequestInit {
  url: string
  headers: Headers
}

let requests: Request[]
let reported: string[]
/** What the server answers; an event stream that stays open as long as nobody says otherwise. */
let answer: () => Response
let body: ReadableStreamDefaultController<Uint8Array> | undefined

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 2, 3, 4, 5, 678) })
  requests = []
  reported = []
  answer = stream
  vi.stubGlobal('origin', 'http://host')
  vi.stubGlobal('location', { href: 'http://host/app/page' })
  vi.stubGlobal('addEventListener', () => {})
  vi.stubGlobal('reportError', (error: Error) => reported.push(error.message))
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    requests.push({ ...init, url, headers: init.headers as Headers })
    return answer()
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

function stream(): Response {
  const readable = new ReadableStream<Uint8Array>({
    start(controller) {
      body = controller
    },
  })
  return new Response(readable, { headers: { 'content-type': 'text/event-stream' } })
}

const settle = () => vi.advanceTimersByTimeAsync(1)
async function send(text: string): Promise<void> {
  body?.enqueue(new TextEncoder().encode(text))
  await settle()
}

/** A coordinator that is connected, and all that it tells. */
async function connect(options: Partial<CoordinatorOptions> = {}) {
  const told: unknown[] = []
  const note =
    (name: string) =>
    (...news: unknown[]) =>
      void told.push([name, ...news])
  const coordinator = new SSECoordinator({
    url: 'events',
    strategy: 'standalone',
    onEvent: note('event'),
    onConnectionChange: note('connected'),
    onLeaderChange: note('leads'),
    onError: note('error'),
    onGap: note('gap'),
    ...options,
  })
  coordinator.connect()
  await settle()
  return { coordinator, told, events: () => told.filter((news) => (news as unknown[])[0] === 'event') }
}

test('without options it asks as an EventSource would, for what the page calls by that name', async () => {
  await connect()
  expect(requests).toHaveLength(1)
  expect(requests[0]).toMatchObject({ url: 'http://host/app/events', credentials: 'same-origin', cache: 'no-store' })
  expect(requests[0]?.method ?? 'GET').toBe('GET')
  expect(requests[0]?.body ?? null).toBeNull()
  expect([...(requests[0]?.headers ?? [])]).toEqual([['accept', 'text/event-stream']])
})

test('withCredentials sends them', async () => {
  await connect({ withCredentials: true })
  expect(requests[0]?.credentials).toBe('include')
})

test('a body is posted where no method is named', async () => {
  await connect({ body: '{"room":1}' })
  expect(requests[0]).toMatchObject({ method: 'POST', body: '{"room":1}' })
})

test('headers that are no function are sent, and a 401 is final for them', async () => {
  answer = () => new Response('', { status: 401 })
  const { told } = await connect({ headers: { authorization: 'Bearer old' }, scope: 'ada' })
  expect(requests.map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer old'])
  expect(told).toContainEqual(['error', new Error('The server answered 401')])
})

test('types are those of eventTypes and message; data is JSON, and the time is when it was read', async () => {
  const { events } = await connect({ eventTypes: ['tick'] })
  await send('event: tick\nid: 7\ndata: {"n":1}\n\ndata: "a"\n\nevent: other\ndata: 1\n\n')
  const timestamp = '2026-01-02T03:04:05.679Z'
  expect(events()).toEqual([
    ['event', { type: 'tick', data: { n: 1 }, id: '7', timestamp }],
    ['event', { type: 'message', data: 'a', id: '7', timestamp }],
  ])
})

test('with parseJson off data is a text, also one that is no JSON', async () => {
  const { events } = await connect({ parseJson: false })
  await send('data: {"n":1}\n\ndata: not json\n\n')
  expect(events()).toMatchObject([
    ['event', { data: '{"n":1}', id: undefined }],
    ['event', { data: 'not json' }],
  ])
})

test('after ten attempts it gives up with one error, and after more if it is told so', async () => {
  answer = () => new Response('', { status: 503 })
  const { told } = await connect()
  await vi.advanceTimersByTimeAsync(3_600_000)
  expect(requests).toHaveLength(11)
  expect(told).toEqual([
    ['leads', true],
    ['leads', false],
    ['error', new Error('Max reconnection attempts reached')],
  ])
  requests = []
  await connect({ maxReconnectAttempts: 20 })
  await vi.advanceTimersByTimeAsync(3_600_000)
  expect(requests).toHaveLength(21)
})

test('with reconnectForever it never gives up, whatever else it is told', async () => {
  answer = () => new Response('', { status: 503 })
  const { told, coordinator } = await connect({ reconnectForever: true, maxReconnectAttempts: 1 })
  await vi.advanceTimersByTimeAsync(3_600_000)
  expect(requests.length).toBeGreaterThan(90)
  expect(told).toEqual([['leads', true]])
  answer = stream
  await vi.advanceTimersByTimeAsync(40_000)
  expect(told.at(-1)).toEqual(['connected', true])
  coordinator.disconnect()
})

test('a logger hears of the lead, of what was lost, and of what cannot be read; one that throws is reported', async () => {
  const lines: string[] = []
  const logger = {
    info: (words: string) => lines.push(`info ${words}`),
    warn: (words: string) => lines.push(`warn ${words}`),
    error() {
      throw new Error('from the logger')
    },
  }
  const { events } = await connect({ logger })
  await send('data: not json\n\ndata: 1\n\n')
  body?.close()
  await settle()
  expect(lines).toEqual(['info This tab leads', 'warn The stream ended'])
  expect(reported).toEqual(['from the logger'])
  expect(events()).toMatchObject([['event', { data: 1 }]])
})

test('every callback that throws is reported, and keeps nothing from the others', async () => {
  const fail = (name: string) => () => {
    throw new Error(name)
  }
  await connect({
    onEvent: fail('onEvent'),
    onConnectionChange: fail('onConnectionChange'),
    onLeaderChange: fail('onLeaderChange'),
    onError: fail('onError'),
    onGap: fail('onGap'),
  })
  await send('data: 1\n\n')
  body?.close()
  await vi.advanceTimersByTimeAsync(2_000)
  answer = () => new Response('', { status: 404 })
  body?.close()
  await vi.advanceTimersByTimeAsync(2_000)
  expect(new Set(reported)).toEqual(new Set(['onEvent', 'onConnectionChange', 'onLeaderChange', 'onError', 'onGap']))
})

test('where there is no reportError, as in simulated pages, the console has what a callback throws', async () => {
  vi.stubGlobal('reportError', undefined)
  const onConsole = vi.spyOn(console, 'error').mockImplementation(() => {})
  const failure = new Error('from the app')
  const { told } = await connect({
    onConnectionChange() {
      throw failure
    },
  })
  expect(onConsole.mock.calls).toEqual([[failure]])
  expect(told).toEqual([['leads', true]])
  onConsole.mockRestore()
})

test('after its own disconnect() it tells nothing more, and connect() begins anew', async () => {
  const { coordinator, told, events } = await connect()
  coordinator.disconnect()
  const before = told.length
  await vi.advanceTimersByTimeAsync(60_000)
  expect(told).toHaveLength(before)
  expect(coordinator.isLeader()).toBe(false)
  coordinator.connect()
  await settle()
  await send('data: 1\n\n')
  expect(events()).toHaveLength(1)
  coordinator.disconnect()
})

test('in onError it may be connected anew', async () => {
  answer = () => new Response('', { status: 404 })
  const connected: boolean[] = []
  const coordinator = new SSECoordinator({
    url: '/events',
    strategy: 'standalone',
    onConnectionChange: (isOpen) => connected.push(isOpen),
    onError() {
      answer = stream
      coordinator.connect()
    },
  })
  coordinator.connect()
  await settle()
  await settle()
  expect(requests).toHaveLength(2)
  expect(connected).toEqual([true])
})

test('in onLeaderChange it leads already, and may be left at once', async () => {
  const led: boolean[] = []
  const coordinator = new SSECoordinator({
    url: '/events',
    strategy: 'standalone',
    onLeaderChange() {
      led.push(coordinator.isLeader())
      coordinator.disconnect()
    },
  })
  coordinator.connect()
  await settle()
  expect(led).toEqual([true])
  expect(coordinator.isLeader()).toBe(false)
  expect(requests[0]?.signal?.aborted).toBe(true)
})

test('what is done to one that is not connected does nothing', () => {
  const coordinator = new SSECoordinator({ url: '/events' })
  coordinator.disconnect()
  coordinator.disconnect({ allTabs: true })
  coordinator.demoteToFollower()
  coordinator.broadcastEvent({ type: 'own', data: 1, id: undefined, timestamp: '' })
  expect(coordinator.isLeader()).toBe(false)
  expect(requests).toEqual([])
})

test('events are typed by a map, and an event that is not in it is refused by the compiler', () => {
  const numbers: number[] = []
  const coordinator = new SSECoordinator<{ tick: { n: number }; note: string }>({
    url: '/events',
    eventTypes: ['tick', 'note'],
    onEvent(event) {
      if (event.type === 'tick') numbers.push(event.data.n)
      // @ts-expect-error: a note is a text
      else numbers.push(event.data.n)
    },
  })
  coordinator.handleBroadcastMessage({ type: 'tick', data: { n: 1 } })
  expect(numbers).toEqual([1])
  // @ts-expect-error: there is no such type
  expect(() => new SSECoordinator<{ tick: number }>({ url: '/events', eventTypes: ['tock'] })).not.toThrow()
})
