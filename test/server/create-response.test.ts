import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { expect, test } from 'vitest'
import {
  createChannel,
  createLimits,
  createResponse,
  type Session,
  stopReconnectingResponse,
} from '../../src/server/index.js'
import { until } from './support/until.js'

const url = 'https://app.test/events'

/** Reads a response's body as a runtime would, chunk by chunk. */
function read(response: Response) {
  const events: EventSourceMessage[] = []
  const parser = createParser({ onEvent: (event) => events.push(event) })
  const reader = response.body?.getReader()
  const chunks: string[] = []
  const state = { events, chunks, ended: false, failed: undefined as unknown, cancel: () => reader?.cancel() }
  async function run() {
    const decoder = new TextDecoder()
    try {
      for (let result = await reader?.read(); result && !result.done; result = await reader?.read()) {
        const chunk = decoder.decode(result.value, { stream: true })
        chunks.push(chunk)
        parser.feed(chunk)
      }
    } catch (error) {
      state.failed = error
    }
    state.ended = true
  }
  void run()
  return state
}

function connect(request = new Request(url), options = {}) {
  const sessions: Session[] = []
  const response = createResponse(request, options, (session) => sessions.push(session))
  return { response, session: sessions[0] as Session }
}

test('the response has the headers of a stream and those asked for', () => {
  const none = { 'X-None': undefined, 'X-Accel-Buffering': undefined }
  const headers = { 'Set-Cookie': ['a=1', 'b=2'], 'Cache-Control': 'no-store', 'X-Count': 3, ...none }
  const { response } = connect(undefined, { headers })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(response.headers.get('x-accel-buffering')).toBe('no')
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  expect([response.headers.get('x-count'), response.headers.has('x-none')]).toEqual(['3', false])
})

test('what is pushed is read, one chunk per tick', async () => {
  const { response, session } = connect()
  const reading = read(response)
  await until(() => reading.chunks.length === 1)
  for (let n = 0; n < 20; n++) session.push(n)
  await until(() => reading.events.length === 20)
  expect(reading.chunks).toHaveLength(2)
  await session.close()
  await until(() => reading.ended)
  expect(reading.failed).toBeUndefined()
})

test('the callback alone will do, and is missed when it is not there', () => {
  let session: Session | undefined
  createResponse(new Request(url), (given) => {
    session = given
  })
  expect(session?.isConnected).toBe(true)
  expect(() => createResponse(new Request(url), {}, undefined as never)).toThrow('takes a callback')
})

test('the last event ID comes from the header, byte string or not, or the query', () => {
  const bytes = new Request(url, { headers: { 'Last-Event-ID': Buffer.from('ü✓').toString('latin1') } })
  expect(connect(bytes).session.lastEventId).toBe('ü✓')
  expect(connect(new Request(`${url}?lastEventId=q`)).session.lastEventId).toBe('q')
})

test('channels serve sessions of the Fetch API, replay included', async () => {
  const channel = createChannel()
  channel.broadcast(1, undefined, { eventId: '1' }).broadcast(2, undefined, { eventId: '2' })
  const request = new Request(url, { headers: { 'Last-Event-ID': '1' } })
  const reading = read(createResponse(request, (session) => void channel.register(session)))
  channel.broadcast(3)
  await until(() => reading.events.length === 2)
  expect(reading.events.map(({ data }) => data)).toEqual(['2', '3'])
  await reading.cancel()
  expect(channel.sessionCount).toBe(0)
})

test('a client that leaves is seen by the body being cancelled or the signal aborting', async () => {
  const cancelled = connect()
  await cancelled.response.body?.cancel()
  expect(cancelled.session.isConnected).toBe(false)
  const controller = new AbortController()
  const aborted = connect(new Request(url, { signal: controller.signal }))
  const reading = read(aborted.response)
  controller.abort()
  await until(() => reading.ended)
  expect(aborted.session.isConnected).toBe(false)
  const before = connect(new Request(url, { signal: AbortSignal.abort() }))
  expect(before.session.isConnected).toBe(false)
})

test('a runtime that does not read is bounded and cut off; one that reads again gets everything', async () => {
  const stuck = connect(undefined, { maxBufferedBytes: 100_000 })
  let sent = 0
  while (stuck.session.isConnected && sent < 1000) {
    stuck.session.push({ n: sent++, filler: 'x'.repeat(1000) })
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(sent).toBeLessThan(300)
  const late = connect()
  for (let n = 0; n < 200; n++) {
    late.session.push({ n, filler: 'x'.repeat(1000) })
    await new Promise((resolve) => setImmediate(resolve))
  }
  const reading = read(late.response)
  await until(() => reading.events.length === 200)
  expect(reading.events.map(({ data }) => JSON.parse(data).n)).toEqual(Array.from({ length: 200 }, (_, n) => n))
})

test('HEAD gets no body, a callback that throws leaves no session', async () => {
  let called = false
  const head = createResponse(new Request(url, { method: 'HEAD' }), () => {
    called = true
  })
  expect([head.body, called]).toEqual([null, false])
  let session: Session | undefined
  expect(() =>
    createResponse(new Request(url), (given) => {
      session = given
      throw new Error('on purpose')
    }),
  ).toThrow('on purpose')
  expect(session?.isConnected).toBe(false)
})

test('204 and 429 are answered as responses too', async () => {
  expect(stopReconnectingResponse().status).toBe(204)
  const limits = createLimits({ total: 1, retryAfter: '2500ms' })
  const first = limits.createResponse(new Request(url), {}, () => {})
  const refused = limits.createResponse(new Request(url), {}, () => {})
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '3'])
  expect(await refused.text()).toContain('Too many event streams on this server')
  await first.body?.cancel()
  expect(limits.sessionCount).toBe(0)
})
