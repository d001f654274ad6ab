/** An option that nobody knows is refused, with the name of the one that was probably meant, wherever options are taken. */
import { expect, test } from 'vitest'
import {
  createChannel,
  createChannelStore,
  createLimits,
  createMemoryBackbone,
  createMonitor,
  createRedisBackbone,
  createResponse,
  createSession,
  createSessionOn,
  type Session,
  topicsOf,
} from '../../src/server/index.js'
import { errorOf } from './support/error-of.js'
import { open } from './support/reader.js'
import { serve } from './support/serve.js'

const request = new Request('https://app.test/')
const channel = createChannel()
const neverCalled = () => expect.unreachable()

const attempts: [string, (options: never) => unknown, object, string][] = [
  ['createChannel', createChannel, { histroy: {} }, 'createChannel knows no option histroy: did you mean history?'],
  ['history', createChannel, { history: { maxEvents: 9 } }, 'history knows no option maxEvents.'],
  ['createChannelStore', createChannelStore, { emptyTimeOut: 1 }, 'emptyTimeOut: did you mean emptyTimeout?'],
  [
    'a store’s history',
    createChannelStore,
    { history: { sizes: 9 } },
    'history knows no option sizes: did you mean size?',
  ],
  ['createLimits', createLimits, { max: 9 }, 'createLimits knows no option max.'],
  ['createMonitor', createMonitor, { channel }, 'createMonitor knows no option channel: did you mean channels?'],
  ['createMemoryBackbone', createMemoryBackbone, { maxlen: 9 }, 'maxlen: did you mean maxLength?'],
  [
    'createRedisBackbone',
    createRedisBackbone,
    { keys: 'a' },
    'createRedisBackbone knows no option keys: did you mean key?',
  ],
  ['topicsOf', (options) => topicsOf(request, options), { allowed: neverCalled }, 'topicsOf knows no option allowed'],
  [
    'createResponse',
    (options) => createResponse(request, options, neverCalled),
    { keepAliveMs: 1 },
    'createResponse knows no option keepAliveMs: did you mean keepAlive?',
  ],
  [
    'createResponse of limits',
    (options) => createLimits().createResponse(request, options, neverCalled),
    { keys: 'ada' },
    'createResponse knows no option keys: did you mean key?',
  ],
  ['broadcast', (options) => channel.broadcast(1, 'a', options), { id: '1' }, 'broadcast knows no option id.'],
  ['publish', (options) => channel.publish(1, 'a', options), { topics: ['a'] }, 'topics: did you mean topic?'],
]

test.each(attempts)('%s refuses what it does not know', async (_name, attempt, options, message) => {
  const error = await errorOf(() => attempt(options as never))
  expect(error).toMatchObject({ code: 'bad-option', message: expect.stringContaining(message) })
})

test('what is near to none is answered with all there are', async () => {
  const error = await errorOf(() => createLimits({ max: 9 } as object))
  expect(error).toMatchObject({ hint: 'there is total, perChannel, perKey, retryAfter' })
})

/** What each attempt with the session of a real stream throws. */
async function errorsOf(...attempts: ((session: Session) => unknown)[]): Promise<unknown[]> {
  const errors: unknown[] = []
  const { url } = await serve(async (incoming, response) => {
    errors.push(await errorOf(() => createSession(incoming, response, { ping: 1 } as object)))
    errors.push(await errorOf(() => createLimits().createSession(incoming, response, { keepAliv: 1 } as object)))
    const session = createSession(incoming, response)
    for (const attempt of attempts) errors.push(await errorOf(() => attempt(session)))
    session.push('after')
  })
  const reader = await open(url)
  expect(await reader.received(1)).toMatchObject([{ data: '"after"' }])
  return errors
}

test('a session is not opened with them, and what is open goes on', async () => {
  const errors = await errorsOf(
    (session) => session.push(1, 'a', '1', { keys: 'k' } as object),
    (session) => session.iterate([1], { event: 'token' } as object),
    (session) => session.stream(new ReadableStream(), 'token' as never),
    (session) => channel.register(session, { topic: 'eur' } as object),
    (session) => channel.register(session, ['eur'] as object),
    () => createSessionOn(undefined as never, '', { headers: {} } as object),
  )
  expect(errors.map((error) => (error as Error).message)).toEqual([
    'createSession knows no option ping.',
    'createSession knows no option keepAliv: did you mean keepAlive?',
    'push knows no option keys: did you mean key?',
    'iterate knows no option event.',
    'stream takes its options as an object, not the text “token”',
    'register knows no option topic: did you mean topics?',
    'register takes its options as an object, not a list',
    'createSessionOn knows no option headers.',
  ])
  expect(channel.sessionCount).toBe(0)
})

test('what is undefined is as if left out', async () => {
  const store = createChannelStore({ emptyTimeout: undefined, history: undefined, state: undefined })
  expect(store.get('ada').sessionCount).toBe(0)
  await store.close()
  createChannel({ history: { size: undefined, maxAge: undefined }, emptyTimeout: undefined })
  const response = createResponse(request, { retry: undefined, headers: undefined }, (session) => session.close())
  expect(await response.text()).toMatch(/^retry: [2-5]\d{3}\n\n$/)
  expect(createResponse(request, undefined as never, (session) => session.close()).status).toBe(200)
})

test('an id in place of the options is no object of options', () => {
  expect(() => channel.broadcast(1, 'a', 'id-1' as never)).toThrow(
    'broadcast takes its options as an object, not the text “id-1”',
  )
})

test('a store takes texts as keys, and makes no channel once it is closed', async () => {
  const store = createChannelStore()
  expect(() => store.get(undefined as never)).toThrow('the key of a channel is a text, not undefined')
  expect(() => store.broadcast(7 as never, 1)).toThrow('the key of a channel is a text, not 7')
  expect(store.isClosed).toBe(false)
  await store.close()
  expect(store.isClosed).toBe(true)
  expect(() => store.get('ada')).toThrow('cannot get a channel: the store is closed')
  expect(store.isOnline('ada')).toBe(false)
})

test('what is no Request of the Fetch API is refused by createResponse', async () => {
  const error = await errorOf(() => createResponse({ headers: {} } as never, neverCalled))
  expect(error).toMatchObject({
    code: 'bad-option',
    message: 'createResponse takes a Request of the Fetch API',
    hint: expect.stringContaining('createSession'),
  })
})
