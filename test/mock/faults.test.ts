import { get as httpGet } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { EventSource } from 'eventsource'
import { expect, onTestFinished, test } from 'vitest'
import { listFaults } from '../../src/faults/index.js'
import type { Mock } from '../../src/mock/index.js'
import { get, type RawClient, rawClient } from '../proxy/support/raw-client.js'
import { until } from '../server/support/until.js'
import { quiet, startMock } from './start-mock.js'

/** A mock with faults, a client that keeps every byte, and a way to publish. */
interface Trial {
  mock: Mock
  client: RawClient
  /** What came as the body, chunk frames taken off. */
  body(): string
  /** Publishes the numbers one after the other, each once the one before has left. */
  publish(from: number, to?: number): Promise<void>
  open(): Promise<RawClient>
  /** When the first client asked for its stream. */
  askedAt: number
  codes: unknown[]
}

const request = get('/events?a=1', { accept: 'text/event-stream', origin: 'http://localhost:1' })

async function start(...faults: string[]): Promise<Trial> {
  const mock = await startMock({ ...quiet, faults, seed: 1 })
  const codes: unknown[] = []
  const open = async (): Promise<RawClient> => {
    const client = await rawClient(mock.port, request)
    client.socket.on('error', (error: NodeJS.ErrnoException) => codes.push(error.code))
    onTestFinished(() => client[Symbol.dispose]())
    return client
  }
  const askedAt = performance.now()
  const client = await open()
  return {
    mock,
    client,
    open,
    askedAt,
    codes,
    body: () => bodyOf(client.text),
    async publish(from, to = from) {
      await until(() => mock.channel.sessionCount > 0)
      for (let number = from; number <= to; number++) {
        mock.channel.broadcast(`${number} ü`, undefined, { eventId: String(number) })
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
    },
  }
}

/** Takes the frames of the chunked coding off; half a chunk is kept. */
function bodyOf(text: string): string {
  let rest = text.slice(text.indexOf('\r\n\r\n') + 4)
  let body = ''
  for (let frame = /^([\da-f]+)\r\n/.exec(rest); frame; frame = /^([\da-f]+)\r\n/.exec(rest)) {
    const length = Number.parseInt(frame[1] ?? '', 16)
    if (length === 0) break
    body += rest.slice(frame[0].length, frame[0].length + length)
    rest = rest.slice(frame[0].length + length + 2)
  }
  return body
}

/** An event as it is on the wire, one character per byte. */
const event = (number: number) => `id: ${number}\ndata: ${number} \xc3\xbc\n\n`
const events = (...numbers: number[]) => numbers.map(event).join('')
const headOf = ({ client }: Trial) => client.text.slice(0, client.text.indexOf('\r\n\r\n')).toLowerCase()
const chunksOf = ({ client }: Trial) => [...client.text.matchAll(/\r\n([\da-f]+)\r\n/g)].map((match) => match[1])

/** A fault that lets everything through in time: nothing before `leastMs` since the events were sent or the stream asked for. */
function comesLater(fault: string, leastMs: number, since: 'sent' | 'asked' = 'sent') {
  return async () => {
    const trial = await start(fault)
    await trial.client.receives('\r\n\r\n')
    const from = since === 'sent' ? performance.now() : trial.askedAt
    await trial.publish(1, 2)
    await until(() => trial.body() === events(1, 2))
    expect(performance.now() - from).toBeGreaterThanOrEqual(leastMs)
  }
}

/** What a client gets of three events. */
function reads(fault: string, expected: string) {
  return async () => {
    const trial = await start(fault)
    await trial.publish(1, 3)
    await until(() => trial.body().length >= expected.length)
    expect(trial.body()).toBe(expected)
  }
}

/** The stream ends well after what is expected of three events. */
function endsWell(fault: string, expected: string) {
  return async () => {
    const trial = await start(fault)
    await trial.publish(1, 3)
    await trial.client.receives(/\r\n0\r\n\r\n$/)
    expect(trial.body()).toBe(expected)
    await until(() => trial.mock.channel.sessionCount === 0)
  }
}

const long = (fault: string, words: RegExp) => async () => {
  const trial = await start(fault)
  await trial.client.receives(words)
  expect(trial.mock.channel.sessionCount).toBe(0)
}

/** Every fault by its name, and what a raw reader sees of it. */
const outcomes: Record<string, () => Promise<void>> = {
  latency: comesLater('latency:80ms', 79),
  jitter: reads('jitter:20ms', events(1, 2, 3)),
  bandwidth: comesLater('bandwidth:300B', 80),
  async slice() {
    const trial = await start('slice:4')
    await trial.publish(1, 2)
    await until(() => trial.body() === events(1, 2))
    expect(new Set(chunksOf(trial))).toEqual(new Set(['4', '2']))
  },
  // It counts from where the stream begins, which is before we read that it has.
  stall: comesLater('stall:80ms', 79, 'asked'),
  async 'black-hole'() {
    const trial = await start('black-hole@connection=1')
    const second = await trial.open()
    await trial.publish(1)
    await second.receives('data: 1')
    expect([trial.client.text, trial.client.closed]).toEqual(['', false])
  },
  async 'half-open'() {
    const trial = await start('half-open@event=1,connection=1')
    const second = await trial.open()
    await until(() => trial.mock.channel.sessionCount === 2)
    await trial.publish(1, 3)
    await second.receives('data: 3')
    expect([trial.body(), trial.client.closed]).toEqual([event(1), false])
  },
  close: endsWell('close@event=2', events(1, 2)),
  async cut() {
    const trial = await start('cut@event=2')
    await trial.publish(1, 3)
    await trial.client.ended()
    expect([trial.body(), trial.codes]).toEqual([`${event(1)}id: 2\nda`, []])
    expect(trial.client.text).not.toMatch(/\r\n0\r\n\r\n$/)
  },
  async reset() {
    const trial = await start('reset@event=1')
    await trial.publish(1, 2)
    await trial.client.ended()
    expect(trial.codes).toEqual(['ECONNRESET'])
    await until(() => trial.mock.channel.sessionCount === 0)
  },
  async 'slow-close'() {
    const trial = await start('slow-close:120ms')
    await trial.publish(1)
    const askedAt = performance.now()
    for (const session of trial.mock.channel.activeSessions) void session.close()
    await trial.client.receives(/\r\n0\r\n\r\n$/)
    expect(performance.now() - askedAt).toBeGreaterThanOrEqual(119)
  },
  limit: endsWell('limit:20B', events(1, 2).slice(0, 20)),
  async 'idle-cut'() {
    const trial = await start('idle-cut:400ms')
    await trial.publish(1, 2)
    await trial.client.ended()
    expect([trial.body(), trial.codes]).toEqual([events(1, 2), []])
  },
  'close-after': endsWell('close-after:2s', events(1, 2, 3)),
  async buffer() {
    const trial = await start('buffer:45B')
    await trial.publish(1, 2)
    expect(trial.body()).toBe('')
    await trial.publish(3)
    await until(() => trial.body() === events(1, 2, 3))
  },
  async 'gzip-hold'() {
    const trial = await start('gzip-hold')
    await trial.publish(1, 3)
    await trial.client.receives('Content-Encoding: gzip')
    expect(trial.body()).not.toMatch(/data/)
    for (const session of trial.mock.channel.activeSessions) void session.close()
    await trial.client.receives(/\r\n0\r\n\r\n$/)
    expect(gunzipSync(Buffer.from(trial.body(), 'latin1')).toString('latin1')).toBe(events(1, 2, 3))
  },
  'drop-event': reads('drop-event@event=2', events(1, 3)),
  'duplicate-event': reads('duplicate-event@event=2', events(1, 2, 2, 3)),
  'reorder-events': reads('reorder-events@event=1', events(2, 1, 3)),
  'no-ids': reads('no-ids', events(1, 2, 3).replaceAll(/id: \d\n/g, '')),
  'same-id': reads('same-id', events(1, 2, 3).replaceAll(/id: \d/g, 'id: 1')),
  retry: reads('retry:7ms', `retry: 7\n${events(1, 2, 3)}`),
  status: long('status:503,retry-after=2s', /^HTTP\/1\.1 503 [\s\S]*Retry-After: 2\r\n[\s\S]*503, a fault/),
  async 'wrong-type'() {
    const trial = await start('wrong-type')
    await trial.publish(1)
    await trial.client.receives('data: 1')
    expect(headOf(trial)).toContain('content-type: text/html')
    expect(headOf(trial)).not.toContain('event-stream')
  },
  async 'no-type'() {
    const trial = await start('no-type')
    await trial.client.receives('\r\n\r\n')
    expect(headOf(trial)).toContain('200 ok')
    expect(headOf(trial)).not.toContain('content-type')
  },
  async 'no-cors'() {
    const trial = await start('no-cors@connection=1')
    const second = await trial.open()
    await trial.client.receives('\r\n\r\n')
    expect(headOf(trial)).not.toContain('access-control-')
    await second.receives('Access-Control-Allow-Origin: http://localhost:1')
  },
  redirect: long('redirect:308', /^HTTP\/1\.1 308 [\s\S]*Location: \/events\?a=1&redirected=1\r\n/),
  async 'late-headers'() {
    const trial = await start('late-headers:500ms')
    const startedAt = performance.now()
    await trial.publish(1)
    expect(trial.client.text).toBe('')
    await trial.client.receives('data: 1')
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(400)
  },
  async refuse() {
    const mock = await startMock({ ...quiet, faults: ['refuse@connection=1'] })
    const first = await rawClient(mock.port, request).catch((error: Error) => error)
    if (!(first instanceof Error)) await first.ended()
    using second = await rawClient(mock.port, request)
    await second.receives('200 OK')
  },
  'invalid-utf8': reads('invalid-utf8@event=2', events(1, 2, 3).replace('2 \xc3\xbc', '2 \xc3\xbc\xc3\x28\xff')),
  bom: reads('bom', `${event(1)}\xef\xbb\xbf${event(2)}\xef\xbb\xbf${event(3)}`),
  'lone-cr': reads('lone-cr', events(1, 2, 3).replaceAll('\n', '\r')),
  'unknown-field': reads('unknown-field@event=3', `${events(1, 2)}payload: of no known name\n${event(3)}`),
  async oversized() {
    const trial = await start('oversized:1MiB')
    await trial.publish(1, 2)
    await until(() => trial.body().endsWith(events(2)))
    expect(trial.body().length).toBeGreaterThanOrEqual(1_048_576)
  },
}

test('every fault has its outcome here', () => {
  expect(Object.keys(outcomes)).toEqual(listFaults().map(({ name }) => name))
  expect(listFaults()).toHaveLength(34)
})

test.each(Object.entries(outcomes))('%s does to a raw reader what is written of it', (_name, run) => run())

test('two that answer in its place: the first that was named does', async () => {
  const trial = await start('status:503', 'redirect')
  await trial.client.receives(/^HTTP\/1\.1 503 /)
  const other = await start('redirect', 'status:503')
  await other.client.receives(/^HTTP\/1\.1 307 /)
})

test('an answer in place of the stream comes late and without CORS where that was asked for too', async () => {
  const startedAt = performance.now()
  const trial = await start('status:418', 'latency:80ms', 'no-cors')
  await trial.client.receives('418, a fault')
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(79)
  expect(headOf(trial)).not.toContain('access-control')
  const plain = await start('status:418')
  await plain.client.receives('Access-Control-Allow-Origin: http://localhost:1')
})

test('two ends: the first to come is the one', async () => {
  const trial = await start('cut@event=3', 'close@event=1')
  await trial.publish(1, 3)
  await trial.client.receives(/\r\n0\r\n\r\n$/)
  expect(trial.body()).toBe(event(1))
})

test('changes of events add up', async () => {
  const trial = await start('no-ids', 'duplicate-event@event=2', 'lone-cr')
  await trial.publish(1, 2)
  const bare = (number: number) => `data: ${number} \xc3\xbc\r\r`
  await until(() => trial.body() === bare(1) + bare(2) + bare(2))
})

test('a delay holds back the end that was asked for as well', async () => {
  const trial = await start('latency:100ms', 'close@event=2')
  const sentAt = performance.now()
  await trial.publish(1, 2)
  await trial.client.receives(/\r\n0\r\n\r\n$/)
  expect(performance.now() - sentAt).toBeGreaterThanOrEqual(99)
  expect(trial.body()).toBe(events(1, 2))
})

test('faults choose by connection and path, and other requests are left alone', async () => {
  const mock = await startMock({ ...quiet, paths: ['/a', '/b'], faults: ['status@path=/b,connection=2'] })
  const statusOf = async (path: string) => {
    const response = await fetch(mock.url + path)
    await response.body?.cancel()
    return response.status
  }
  const statuses = []
  for (const path of ['/a', '/b', '/a', '/ping', '/b', '/b']) statuses.push(await statusOf(path))
  expect(statuses).toEqual([200, 200, 200, 200, 502, 200])
})

test('npm eventsource comes back from redirect, reset and cut, and misses nothing', async () => {
  const mock = await startMock({
    ...quiet,
    retryMs: 5,
    faults: ['redirect@connection=1', 'cut@event=2,connection=1', 'reset@event=1,connection=2'],
  })
  for (let number = 1; number <= 6; number++) {
    mock.channel.broadcast(number, undefined, { eventId: String(number) })
  }
  const source = new EventSource(`${mock.url}/events?lastEventId=1`)
  onTestFinished(() => source.close())
  const seen: string[] = []
  source.onmessage = ({ data }) => seen.push(data)
  await until(() => seen.length >= 5)
  expect(seen).toEqual(['2', '3', '4', '5', '6'])
})

test('what faults hold back is bounded: a stalled client is cut off as a slow reader', async () => {
  const trial = await start('stall:1h')
  await until(() => trial.mock.channel.sessionCount === 1)
  const block = 'x'.repeat(65_536)
  for (let sent = 0; sent < 64 && trial.mock.channel.sessionCount > 0; sent++) {
    trial.mock.channel.broadcast(block)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  expect(trial.mock.channel.sessionCount).toBe(0)
  await trial.client.ended()
})

test('close does not wait for streams that have no end', async () => {
  const trial = await start('half-open@event=1', 'slow-close:1h')
  await trial.publish(1, 2)
  await trial.mock.close()
  await trial.client.ended()
})

test('a fault may be for one client, by its address or a piece of its User-Agent, as at the proxy', async () => {
  const mock = await startMock({ ...quiet, faults: ['status:503@client=firefox', 'refuse@client=192.0.2.1'] })
  const ask = (agent: string) => fetch(`${mock.url}/events`, { headers: { 'user-agent': agent } })
  expect((await ask('Mozilla/5.0 Firefox/140')).status).toBe(503)
  const other = await ask('curl/8')
  expect(other.status).toBe(200)
  await other.body?.cancel()
  mock.faults.set(['refuse@client=127.0.0.1'])
  const refused = new Promise<unknown>((resolve, reject) => {
    httpGet(`${mock.url}/events`, { agent: false }, reject).on('error', resolve)
  })
  expect(await refused).toBeInstanceOf(Error)
})
