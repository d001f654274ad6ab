import { PassThrough, Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { type CreateSessionOptions, createSession, type Session } from '../../src/server/index.js'
import { open } from './support/reader.js'
import { serve } from './support/serve.js'
import { until } from './support/until.js'
import { watchTimers } from './support/watch-timers.js'

declare module '../../src/server/index.js' {
  interface DefaultSessionState {
    widened?: number
  }
}

/** A client with its session. */
async function connect(options: CreateSessionOptions = {}, headers: Record<string, string> = {}) {
  const sessions: Session[] = []
  const { url } = await serve((request, response) => {
    sessions.push(createSession(request, response, options))
  })
  const reader = await open(url, { headers })
  return { url, reader, session: sessions[0] as Session }
}

test('state is typed by generic, and by module augmentation where none is given', async () => {
  const { session } = await connect({ state: { widened: 1, other: 'x' } })
  const widened: number | undefined = session.state.widened
  expect(widened).toBe(1)
  const { url } = await serve((request, response) => {
    const own = createSession<{ user: string }>(request, response, { state: { user: 'ada' } })
    const user: string = own.state.user
    own.push(user)
  })
  expect((await (await open(url)).received(1))[0]?.data).toBe('"ada"')
})

test('durations and sizes may carry units', async () => {
  const { reader } = await connect({ retry: '1.5s', keepAlive: '20ms', maxBufferedBytes: '64KiB' })
  await until(() => reader.comments.length > 0)
  expect(reader.retry).toBe(1500)
})

test.each<[CreateSessionOptions, string]>([
  [{ retry: '15' as never }, 'retry is a time'],
  [{ retry: -1 }, 'retry is a time'],
  [{ retry: [2, 1] }, 'retry is a range'],
  [{ keepAlive: '-1s' }, 'keepAlive is a time'],
  [{ keepAlive: Number.NaN }, 'keepAlive is a time'],
  [{ keepAlive: '1 s' as never }, 'keepAlive is a time'],
  [{ timeout: '25d' }, 'timeout is a time'],
  [{ maxBufferedBytes: 0 }, 'maxBufferedBytes is a size'],
  [{ maxBufferedBytes: '1TB' as never }, 'maxBufferedBytes is a size'],
  [{ maxBufferedBytes: '5constructor' as never }, 'maxBufferedBytes is a size'],
  [{ onSlow: 'wait' as never }, 'onSlow is a policy'],
])('%j is refused with a sentence, before anything is sent', async (options, message) => {
  const { url } = await serve((request, response) => {
    try {
      createSession(request, response, options)
    } catch (error) {
      response.end(String(error))
    }
  })
  const reader = await open(url)
  await until(() => reader.ended)
  expect(reader.text).toContain(`SseCoordError: ${message}`)
})

test('a range gives every client its own reconnection time', async () => {
  const { url } = await serve((request, response) => {
    createSession(request, response, { retry: ['1s', 2000] })
  })
  const times = new Set<number>()
  for (let n = 0; n < 20; n++) {
    const reader = await open(url)
    await until(() => reader.retry !== undefined)
    expect(reader.retry).toBeGreaterThanOrEqual(1000)
    expect(reader.retry).toBeLessThanOrEqual(2000)
    times.add(reader.retry ?? 0)
  }
  expect(times.size).toBeGreaterThan(10)
})

test('null switches off what false does', async () => {
  const { reader, session } = await connect({ retry: null, keepAlive: null })
  session.push(1)
  await reader.received(1)
  expect(reader.retry).toBeUndefined()
})

test('retry() changes the reconnection time of a client', async () => {
  const { reader, session } = await connect()
  session.retry('7s')
  await until(() => reader.retry === 7000)
  expect(() => session.retry(-1)).toThrow('retry is a time')
})

test('a stream lives no longer than its timeout', async () => {
  const { reader, session } = await connect({ timeout: 50 })
  await until(() => reader.ended)
  expect(session.isConnected).toBe(false)
})

test('a client event id that is not trusted is not there', async () => {
  const { session } = await connect({ trustClientEventId: false }, { 'Last-Event-ID': 'evil' })
  expect([session.lastEventId, session.lastId]).toEqual(['', ''])
})

test('a sanitizer changes the text of fields, and what it leaves is checked', async () => {
  const { reader, session } = await connect({
    sanitizer: (text, field) => (field === 'id' ? text : text.replaceAll('\n', ' ')),
    serializer: String,
  })
  session.push('a\nb', 'c\nd').comment('e\nf')
  await reader.received(1)
  expect(reader.events).toEqual([{ id: undefined, event: 'c d', data: 'a b' }])
  expect(reader.comments).toEqual(['e f'])
  expect(() => session.push('x', 'y', 'a\nb')).toThrow('id must not contain a line break')
})

test('a batch is sent as one piece when it is done', async () => {
  const { reader, session } = await connect()
  await until(() => reader.chunks.length === 1)
  await session.batch(async (buffer) => {
    buffer.push(1, 'n', 'b-1').comment('between').retry(900)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(reader.events).toEqual([])
    await buffer.iterate([2, 3])
  })
  await reader.received(3)
  expect(reader.chunks).toHaveLength(2)
  expect(reader.events.map(({ event, data }) => [event, data])).toEqual([
    ['n', '1'],
    ['iteration', '2'],
    ['iteration', '3'],
  ])
  expect([reader.comments, reader.retry, session.lastId]).toEqual([['between'], 900, 'b-1'])
})

test('a batch that fails sends nothing', async () => {
  const { reader, session } = await connect({ maxBufferedBytes: 1000 })
  const failing = session.batch((buffer) => {
    buffer.push('lost')
    throw new Error('on purpose')
  })
  await expect(failing).rejects.toThrow('on purpose')
  const tooLarge = session.batch((buffer) => void buffer.push('x'.repeat(2000)))
  await expect(tooLarge).rejects.toThrow('a batch may hold up to maxBufferedBytes (1000)')
  session.push('after')
  expect(await reader.received(1)).toMatchObject([{ data: '"after"' }])
})

test('iterate sends what an iterable yields, and answers when all is sent', async () => {
  const { reader, session } = await connect()
  async function* letters() {
    yield 'a'
    await new Promise((resolve) => setTimeout(resolve, 5))
    yield 'b'
  }
  expect(await session.iterate(letters())).toBe(true)
  expect(await session.iterate(new Set([1, 2]), { eventName: 'n' })).toBe(true)
  await reader.received(4)
  expect(reader.events.map(({ event, data }) => [event, data])).toEqual([
    ['iteration', '"a"'],
    ['iteration', '"b"'],
    ['n', '1'],
    ['n', '2'],
  ])
})

test('an iterable is returned when its client leaves, also while it waits', async () => {
  const { reader, session } = await connect()
  const told: string[] = []
  const endless: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise(() => told.push('next')),
      return: async () => {
        told.push('return')
        return { done: true, value: undefined }
      },
    }),
  }
  const sending = session.iterate(endless)
  await until(() => told.includes('next'))
  reader.close()
  expect(await sending).toBe(false)
  expect(told).toEqual(['next', 'return'])
})

test('an iterable without end is sent as fast as the client reads and leaves others their turn', async () => {
  const { reader, session } = await connect({ maxBufferedBytes: '64KiB' })
  function* endless() {
    for (let n = 0; ; n++) yield { n, filler: 'x'.repeat(1000) }
  }
  const sending = session.iterate(endless())
  await reader.received(5000)
  expect(session.isConnected).toBe(true)
  reader.close()
  expect(await sending).toBe(false)
})

test('a source that fails rejects, and the session goes on', async () => {
  const { reader, session } = await connect()
  async function* failing() {
    yield 1
    throw new Error('source broke')
  }
  await expect(session.iterate(failing())).rejects.toThrow('source broke')
  const broken = new Readable({ read() {} })
  const sending = session.stream(broken)
  broken.destroy(new Error('stream broke'))
  await expect(sending).rejects.toThrow('stream broke')
  session.push('alive')
  await until(() => reader.events.some(({ data }) => data === '"alive"'))
})

test('stream sends the chunks of Node streams and web streams, with UTF-8 that is split between chunks', async () => {
  const { reader, session } = await connect({ serializer: String })
  const bytes = Buffer.from('a✓b')
  expect(await session.stream(Readable.from([bytes.subarray(0, 2), bytes.subarray(2)]))).toBe(true)
  const web = new ReadableStream({
    start(controller) {
      controller.enqueue(bytes)
      controller.close()
    },
  })
  expect(await session.stream(web, { eventName: 'web' })).toBe(true)
  await reader.received(3)
  expect(reader.events.map(({ event, data }) => [event, data])).toEqual([
    ['stream', 'a'],
    ['stream', '✓b'],
    ['web', 'a✓b'],
  ])
})

test('streams are destroyed when their client leaves', async () => {
  const { reader, session } = await connect()
  const node = new PassThrough()
  let cancelled = false
  const web = new ReadableStream({
    cancel() {
      cancelled = true
    },
  })
  const sending = [session.stream(node), session.stream(web)]
  node.write('x')
  await reader.received(1)
  reader.close()
  expect(await Promise.all(sending)).toEqual([false, false])
  expect([node.destroyed, cancelled]).toEqual([true, true])
})

test('sources, batches and reconnection times are refused once the client has left', async () => {
  const { session } = await connect()
  await session.close()
  await expect(session.iterate([1])).rejects.toThrow('cannot send a source of events: the session is not active')
  await expect(session.stream(new PassThrough())).rejects.toThrow('the session is not active')
  await expect(session.batch(() => {})).rejects.toThrow('cannot send a batch: the session is not active')
  expect(() => session.retry(1)).toThrow('the session is not active')
  await session.drained()
})

test('no timer of a session outlives it, whichever side ends it', async () => {
  const timers = watchTimers()
  const sessions: Session[] = []
  const { url } = await serve((request, response) => {
    sessions.push(createSession(request, response, { keepAlive: '10s', timeout: '10s' }))
  })
  const [closed, left] = [await open(url), await open(url)]
  expect(timers.size).toBeGreaterThanOrEqual(3) // a longest life for each, and one clock for the comments
  await sessions[0]?.close()
  left.close()
  await until(() => sessions[1]?.isConnected === false && closed.ended)
  await until(() => timers.size === 0)
})
