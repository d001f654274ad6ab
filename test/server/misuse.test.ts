/** What is easily done wrong with the kit is refused in words that say what to do, and leaves nothing behind. */
import { setTimeout as wait } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import {
  type CreateSessionOptions,
  createChannel,
  createMonitor,
  createRedisBackbone,
  createResponse,
  createSession,
} from '../../src/server/index.js'
import { errorOf } from './support/error-of.js'
import { open } from './support/reader.js'
import { serve } from './support/serve.js'
import { until } from './support/until.js'

const openSessions = () => createMonitor().connections().sessions

const heads: [CreateSessionOptions, string][] = [
  [{ statusCode: 204 }, 'statusCode is the status of an answer with a body, from 200 to 599, not 204'],
  [{ statusCode: 99 }, 'statusCode is the status of an answer with a body, from 200 to 599, not 99'],
  [{ statusCode: '200' as never }, 'statusCode is the status of an answer with a body, from 200 to 599, not 200'],
  [{ headers: { 'X Mine': 'a' } }, 'the header “X Mine” cannot be sent: '],
  [{ headers: { 'X-Mine': 'a\r\nSet-Cookie: b' } }, 'the header “X-Mine” cannot be sent: '],
  [{ headers: { 'X-Mine': ['a', undefined as never] } }, 'the header “X-Mine” cannot be sent: '],
]

test.each(heads)('a head of %j is refused, and the response is still free', async (options, message) => {
  const before = openSessions()
  const { url } = await serve((request, response) => {
    try {
      createSession(request, response, options)
    } catch (error) {
      response.setHeader('Content-Type', 'text/plain').end(String(error))
    }
  })
  const reader = await open(url)
  await until(() => reader.ended)
  expect(reader.text).toContain(`SseCoordError: ${message}`)
  expect(reader.headers).not.toHaveProperty('x-accel-buffering')
  expect(reader.headers['content-type']).toBe('text/plain')
  expect(openSessions()).toBe(before)
})

test.each(heads)('a Response with a head of %j is refused, and nobody gets its session', async (options, message) => {
  const before = openSessions()
  let count = 0
  const attempt = () => createResponse(new Request('https://app.test/'), options, () => void count++)
  expect(await errorOf(attempt)).toMatchObject({ code: 'bad-option', message: expect.stringContaining(message) })
  expect([count, openSessions()]).toEqual([0, before])
})

test('a second session on one response is refused, and the first one goes on', async () => {
  const errors: unknown[] = []
  const { url } = await serve(async (request, response) => {
    const session = createSession(request, response)
    errors.push(await errorOf(() => createSession(request, response)))
    session.push('first')
  })
  const reader = await open(url)
  expect((await reader.received(1))[0]?.data).toBe('"first"')
  expect(errors).toMatchObject([
    { code: 'bad-option', message: 'the head of the response has been sent already', hint: expect.any(String) },
  ])
})

test.each([
  ['nothing', []],
  ['the request and reply of Fastify', [{ headers: {}, raw: {} }, { raw: {} }]],
  ['a Request and a Response', [new Request('https://app.test/'), new Response()]],
])('%s is no request and response of Node', async (_name, args) => {
  const error = await errorOf(() => createSession(...(args as unknown as Parameters<typeof createSession>)))
  expect(error).toMatchObject({
    code: 'bad-option',
    message: 'createSession takes a request and a response of Node',
    hint: expect.stringMatching(/request\.raw, reply\.raw.*context\.req, context\.res.*createResponse/),
  })
})

test('one text is no list of topics, which would be its letters', async () => {
  const channel = createChannel()
  const errors: unknown[] = []
  const { url } = await serve(async (request, response) => {
    const session = createSession(request, response)
    errors.push(await errorOf(() => channel.register(session, { topics: 'news' })))
    session.push('after')
  })
  await (await open(url)).received(1)
  expect(errors).toMatchObject([{ code: 'bad-option', hint: expect.stringContaining("['news']") }])
  expect(channel.sessionCount).toBe(0)
})

test('ids and event names are texts', async () => {
  const channel = createChannel()
  expect(() => channel.broadcast(1, 'a', { eventId: 5 as never })).toThrow('id must be a text, not 5')
  expect(() => channel.broadcast(1, 'a', { eventId: Symbol('x') as never })).toThrow('id must be a text')
  expect(() => channel.broadcast(1, null as never)).toThrow('event must be a text, not null')
  await expect(channel.publish(1, 5 as never)).rejects.toThrow('event must be a text, not 5')
})

test.each([
  ['nothing', undefined],
  ['the client of another library', { duplicate() {}, connect() {}, sendCommand() {} }],
])('%s is no client of ioredis', async (_name, redis) => {
  expect(await errorOf(() => createRedisBackbone({ redis: redis as never }))).toMatchObject({
    code: 'bad-option',
    message: 'redis is a client of ioredis',
  })
})

test('a callback that fails later ends its stream, and its error is told; a client that left is no error', async () => {
  const told: unknown[] = []
  const others = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', (error) => told.push(error))
  onTestFinished(() => {
    process.removeAllListeners('unhandledRejection')
    for (const listener of others) process.on('unhandledRejection', listener)
  })
  const failing = createResponse(new Request('https://app.test/'), async (session) => {
    session.push(1)
    await wait(1)
    throw new Error('mine')
  })
  expect(await failing.text()).toContain('data: 1\n\n')
  await until(() => told.length > 0)

  const leaving = new AbortController()
  let isOver = false
  createResponse(new Request('https://app.test/', { signal: leaving.signal }), async (session) => {
    leaving.abort()
    setImmediate(() => {
      isOver = true
    })
    session.push('too late')
  })
  await until(() => isOver)
  expect(told.map(String)).toEqual(['Error: mine'])
})
