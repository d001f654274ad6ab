import { EventSource } from 'eventsource'
import { expect, onTestFinished, test } from 'vitest'
import { createMock, type MockOptions } from '../../src/mock/index.js'
import { open } from '../server/support/reader.js'
import { until } from '../server/support/until.js'

async function startMock(options: MockOptions = {}) {
  const mock = await createMock({ everyMs: 5, ...options })
  onTestFinished(() => mock.close())
  return mock
}

test('events come numbered from 1, with the time they were published', async () => {
  const mock = await startMock()
  const reader = await open(`${mock.url}/events`)
  await reader.received(5)
  const events = reader.events.map(({ id, event, data }) => ({ id, event, ...JSON.parse(data) }))
  const first = events[0]?.seq
  expect(events.map(({ seq }) => seq)).toEqual(Array.from(events, (_, n) => first + n))
  for (const { id, seq, event, sentAt } of events) {
    expect(id).toBe(String(seq))
    expect(event).toBeUndefined()
    expect(Math.abs(Date.now() - sentAt)).toBeLessThan(60_000)
  }
  expect(mock.published).toBeGreaterThanOrEqual(events.length)
})

test('it publishes from its creation on, and a client resumes from any of its ids', async () => {
  const mock = await startMock()
  await until(() => mock.published >= 12)
  const reader = await open(`${mock.url}/events`, { headers: { 'Last-Event-ID': '9' } })
  await reader.received(3)
  expect(reader.events.slice(0, 3).map(({ id }) => id)).toEqual(['10', '11', '12'])
})

test('an id of another run gives a reset event', async () => {
  const mock = await startMock()
  const reader = await open(`${mock.url}/events?lastEventId=99999`)
  const [reset] = await reader.received(1)
  expect(reset?.event).toBe('reset')
})

test('the history can be shortened', async () => {
  const mock = await startMock({ historySize: 2 })
  await until(() => mock.published >= 8)
  const [reset] = await (await open(`${mock.url}/events?lastEventId=1`)).received(1)
  expect(reset?.event).toBe('reset')
})

test('pause stops publishing with streams open, resume goes on with the next number', async () => {
  const mock = await startMock()
  const reader = await open(`${mock.url}/events`)
  await reader.received(2)
  mock.pause()
  mock.pause()
  const { published } = mock
  await new Promise((resolve) => setTimeout(resolve, 60))
  expect(mock.published).toBe(published)
  mock.resume()
  mock.resume()
  await until(() => mock.published > published)
  await until(() => reader.events.at(-1)?.id === String(mock.published))
  expect(reader.ended).toBe(false)
})

test('the reconnection time and comments in silence are as asked', async () => {
  const mock = await startMock({ retryMs: 123, keepAliveMs: 20 })
  mock.pause()
  const reader = await open(`${mock.url}/events`)
  await until(() => reader.comments.length >= 2)
  expect(reader.retry).toBe(123)
})

test('npm eventsource reads it, and comes back when all connections are cut', async () => {
  const mock = await startMock({ retryMs: 10 })
  const source = new EventSource(`${mock.url}/events`)
  onTestFinished(() => source.close())
  const ids: number[] = []
  source.onmessage = ({ lastEventId }) => ids.push(Number(lastEventId))
  await until(() => ids.length >= 3)
  await Promise.all(mock.channel.activeSessions.map((session) => session.close()))
  const before = ids.length
  await until(() => ids.length >= before + 5)
  expect(ids).toEqual(Array.from(ids, (_, n) => (ids[0] ?? 0) + n))
})

test('GET /ping answers at once and is not stored', async () => {
  const mock = await startMock()
  const response = await fetch(`${mock.url}/ping?unique=1`)
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(await response.json()).toEqual({ ok: true })
})

test('routes are answered by exact path, query or not, and may stand in for the mock’s own', async () => {
  const mock = await startMock({
    routes: {
      '/page': (_request, response) => void response.end('<title>page</title>'),
      '/ping': (_request, response) => void response.end('mine'),
    },
  })
  expect(await (await fetch(`${mock.url}/page?x=1`)).text()).toBe('<title>page</title>')
  expect(await (await fetch(`${mock.url}/ping`)).text()).toBe('mine')
  expect((await fetch(`${mock.url}/page/`)).status).toBe(404)
  expect((await fetch(`${mock.url}/toString`)).status).toBe(404)
})

test('a route that fails is a 500 and harms nobody else', async () => {
  const mock = await startMock({
    routes: {
      '/throws': () => {
        throw new Error('on purpose')
      },
      '/rejects': () => Promise.reject(new Error('on purpose')),
    },
  })
  const reader = await open(`${mock.url}/events`)
  for (const path of ['/throws', '/rejects']) {
    const response = await fetch(mock.url + path)
    expect(response.status).toBe(500)
    expect(await response.text()).toContain('on purpose')
  }
  await reader.received(1)
})

test('HEAD gets the stream’s headers and ends; other methods and paths are refused', async () => {
  const mock = await startMock()
  const head = await fetch(`${mock.url}/events`, { method: 'HEAD' })
  expect(head.headers.get('content-type')).toBe('text/event-stream')
  expect(await head.text()).toBe('')
  expect(mock.channel.sessionCount).toBe(0)
  const post = await fetch(`${mock.url}/events`, { method: 'POST', body: 'x' })
  expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
  const missing = await fetch(`${mock.url}/nowhere`)
  expect([missing.status, await missing.text()]).toEqual([
    404,
    'There is no /nowhere here; the stream is at /events.\n',
  ])
})

test('a taken port is refused with what to do', async () => {
  const mock = await startMock()
  const second = createMock({ port: mock.port })
  await expect(second).rejects.toMatchObject({
    code: 'port-in-use',
    message: `Port ${mock.port} on 127.0.0.1 is taken by another program.`,
    hint: expect.stringContaining('Choose another port'),
  })
})

test.each([
  [{ everyMs: 0 }, 'everyMs'],
  [{ everyMs: Number.NaN }, 'everyMs'],
  [{ host: '203.0.113.1' }, 'cannot listen'],
  [{ historySize: -1 }, 'history.size'],
])('%j is refused', async (options, message) => {
  await expect(createMock(options)).rejects.toMatchObject({
    code: 'bad-option',
    message: expect.stringContaining(message),
  })
})

test('close ends every stream, stops publishing and frees the port', async () => {
  const mock = await createMock({ everyMs: 5 })
  const readers = [await open(`${mock.url}/events`), await open(`${mock.url}/events`)]
  const idle = await fetch(`${mock.url}/ping`)
  await idle.text()
  await Promise.all([mock.close(), mock.close()])
  await until(() => readers.every(({ ended }) => ended))
  const { published } = mock
  mock.resume()
  await new Promise((resolve) => setTimeout(resolve, 30))
  expect(mock.published).toBe(published)
  const next = await createMock({ port: mock.port })
  await next.close()
})

test('“await using” closes it', async () => {
  let url: string
  {
    await using mock = await createMock()
    url = mock.url
  }
  await expect(fetch(url)).rejects.toThrow()
})

test('GET /connections counts by topic, as JSON or OpenMetrics', async () => {
  const mock = await startMock({ keepAliveMs: 0 })
  await open(`${mock.url}/events?topics=a`)
  await open(`${mock.url}/events`)
  await until(() => mock.channel.sessionCount === 2)
  const json = await (await fetch(`${mock.url}/connections`)).json()
  expect(json.channels).toEqual({ events: { sessions: 2, topics: { a: 1 } } })
  const metrics = await fetch(`${mock.url}/connections`, { headers: { accept: 'application/openmetrics-text' } })
  expect(metrics.headers.get('content-type')).toContain('application/openmetrics-text')
  const text = await metrics.text()
  expect(text).toContain('sse_channel_sessions{channel="events"} 2\n')
  expect(text).toContain('sse_topic_sessions{channel="events",topic="a"} 1\n')
  expect(text.endsWith('# EOF\n')).toBe(true)
})

test('GET / is a page that may load nothing from elsewhere and be framed by nobody', async () => {
  const mock = await startMock({ paths: ["/it's<b>"] })
  const response = await fetch(`${mock.url}/`)
  const policy = response.headers.get('content-security-policy') ?? ''
  expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-\S+'; style-src 'sha256-\S+'; connect-src 'self';/)
  expect(policy).toContain("frame-ancestors 'none'")
  const page = await response.text()
  expect(page).toContain('data-stream="/it&#39;s&#60;b&#62;"')
  expect(page).not.toMatch(/(src|href)="?(https?:)?\/\//)
})

test('without a rate nothing is published but what is sent', async () => {
  const mock = await startMock({ everyMs: false, retryMs: false })
  mock.resume()
  await new Promise((resolve) => setTimeout(resolve, 30))
  expect(mock.published).toBe(0)
})

test('each client gets its own reconnection time, within the range', async () => {
  const mock = await startMock()
  const readers = await Promise.all(Array.from({ length: 8 }, () => open(`${mock.url}/events`)))
  await until(() => readers.every(({ retry }) => retry !== undefined))
  const times = readers.map(({ retry }) => retry ?? 0)
  expect(times.every((time) => time >= 2000 && time <= 5000)).toBe(true)
  expect(new Set(times).size).toBeGreaterThan(1)
})

test.each([
  [{ paths: ['events'] }, 'begins with /'],
  [{ paths: ['/faults'] }, 'the mock’s own'],
  [{ paths: [] }, 'at least one path'],
  [{ eventTypes: ['a\nb'] }, 'one line'],
  [{ llm: { tokensPerSecond: 0 } }, 'tokensPerSecond'],
  [{ llm: { tokens: 0.5 } }, 'tokens is a whole number'],
  [{ speed: -1 }, 'speed'],
  [{ recording: 'x.sse', profile: 'llm' as const }, 'leave the profile out'],
  [{ faults: ['latncy'] }, 'There is no fault “latncy”'],
])('%j is refused as well', async (options, message) => {
  await expect(createMock(options)).rejects.toThrow(message)
})

test('the port of a mock that could not start is free', async () => {
  const mock = await createMock()
  await mock.close()
  await expect(createMock({ port: mock.port, recording: 'nowhere.ssecast' })).rejects.toThrow('no such file')
  const next = await createMock({ port: mock.port })
  await next.close()
})
