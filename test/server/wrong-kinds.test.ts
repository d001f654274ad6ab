/** Values of the wrong kind, which JavaScript lets pass, are refused in words; what can be said already, before a client comes. */
import { expect, onTestFinished, test, vi } from 'vitest'
import {
  createChannel,
  createRedisBackbone,
  createResponse,
  createSession,
  type Session,
} from '../../src/server/index.js'
import { errorOf } from './support/error-of.js'
import { open } from './support/reader.js'
import { serve } from './support/serve.js'

/** A session whose stream is read by nobody. */
function openSession(options: object = {}): Session {
  let session: Session | undefined
  createResponse(new Request('https://app.test/'), options, (given) => {
    session = given
  })
  onTestFinished(() => session?.close())
  return session as Session
}

const circle: { me?: object } = {}
circle.me = circle

test.each([
  ['a promise', Promise.resolve(1), 'data is a promise, which would be sent as {}: await it first'],
  [
    'bytes',
    Buffer.from('a'),
    'data is bytes, and events are text: push encodeBinary(bytes), or the text that they hold',
  ],
  ['an ArrayBuffer', new ArrayBuffer(2), 'data is bytes, and events are text'],
  ['a BigInt', { deep: [1n] }, 'data cannot be made JSON: Do not know how to serialize a BigInt'],
  ['a circle', circle, /^data cannot be made JSON: Converting circular structure to JSON$/],
])('%s has no text of its own', (_name, data, message) => {
  expect(() => openSession().push(data)).toThrow(message)
  expect(() => createChannel().broadcast(data)).toThrow(message)
})

test.each([
  [{ serializer: {} }, 'serializer is a function, not an object (Object)'],
  [{ sanitizer: 'trim' }, 'sanitizer is a function, not the text “trim”'],
])('%j is refused where it is given', (options, message) => {
  expect(() => createChannel(options as never)).toThrow(message)
  expect(() => openSession(options)).toThrow(message)
})

test('a sanitizer that forgets to answer loses no event', () => {
  const sanitizer = () => undefined as never
  expect(() => openSession({ sanitizer }).push(1)).toThrow('data must be a text, not undefined')
  expect(() => openSession({ sanitizer }).comment('a')).toThrow('comment must be a text, not undefined')
  expect(() => openSession().comment({} as never)).toThrow('comment must be a text')
})

test.each([
  [null, 'a source of events is an iterable or a stream, not null'],
  [5, 'not 5'],
  ['abc', 'not the text “abc”: push a text as one event'],
  [function* () {}, 'not a function: call it first'],
  [new Response('abc'), 'not an object (Response): give its body'],
])('%s is no source of events', async (source, message) => {
  await expect(openSession().iterate(source as never)).rejects.toThrow(message)
})

test('a batch takes a function', async () => {
  await expect(openSession().batch([1, 2] as never)).rejects.toThrow('batch takes a function that gets the buffer')
})

test('a channel takes sessions, lists of topics, and broadcasts to a topic that can be had', async () => {
  const channel = createChannel()
  const session = openSession()
  expect(() => channel.register(undefined as never)).toThrow('register takes a session, not undefined')
  expect(() => channel.register({} as never)).toThrow('register takes a session, not an object (Object)')
  expect(() => channel.register(session, { topics: 5 as never })).toThrow('topics is a list of names, not 5')
  expect(() => channel.register(session, { topics: [7 as never] })).toThrow('a topic is a text, not 7')
  expect(() => channel.register(session, { topics: [undefined as never] })).toThrow('a topic is a text, not undefined')
  expect(() => channel.broadcast(1, 'a', { topic: 7 as never })).toThrow('topic is a text, not 7')
  expect(() => channel.broadcast(1, 'a', { key: 7 as never })).toThrow('key is a text, not 7')
  expect(() => channel.broadcast(1, 'a', { filter: 'x' as never })).toThrow('filter is a function, not the text “x”')
  expect(channel.sessionCount).toBe(0)
})

test('a session of another copy of the kit, as bundlers make them, is told apart from what is no session', async () => {
  vi.resetModules()
  const { createChannel: createOther } = await import('../../src/server/index.js')
  const [own, other] = [createChannel(), createOther()]
  const session = openSession()
  expect(own.register(session).sessionCount).toBe(1)
  expect(await errorOf(() => other.register(session as never))).toMatchObject({
    code: 'bad-option',
    message: 'register takes a session of its own copy of sse-coord/server, and there are two of them',
    hint: expect.stringContaining("serverExternalPackages: ['sse-coord']"),
  })
})

test('the promise of a backbone is none yet', () => {
  const backbone = createRedisBackbone({ redis: undefined as never })
  backbone.catch(() => {})
  expect(() => createChannel({ name: 'a', backbone: backbone as never })).toThrow(
    'backbone is a backbone, not an object (Promise)',
  )
})

test('after all of that the stream is unharmed', async () => {
  const { url } = await serve(async (request, response) => {
    const session = createSession(request, response)
    await session.iterate('abc' as never).catch(() => {})
    await session.iterate([1, 1n, 2]).catch(() => {})
    session.push('after')
  })
  const reader = await open(url)
  expect((await reader.received(2)).map(({ data }) => data)).toEqual(['1', '"after"'])
})
