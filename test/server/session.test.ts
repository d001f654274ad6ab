import { once } from 'node:events'
import { createConnection } from 'node:net'
import { EventSource } from 'eventsource'
import { expect, onTestFinished, test } from 'vitest'
import { type CreateSessionOptions, createSession, type Session } from '../../src/server/index.js'
import { open } from './support/reader.js'
import { serve } from './support/serve.js'
import { until } from './support/until.js'

/** A server that keeps the sessions it opens. */
async function serveSessions(options: CreateSessionOptions = {}) {
  const sessions: Session[] = []
  const served = await serve((request, response) => {
    sessions.push(createSession(request, response, options))
  })
  const session = async () => {
    await until(() => sessions.length > 0)
    return sessions.at(-1) as Session
  }
  return { ...served, sessions, session }
}

test('the headers arrive before any event, and forbid buffering, caching and changing', async () => {
  const { url } = await serveSessions({ retry: false })
  const reader = await open(url)
  expect(reader.status).toBe(200)
  expect(reader.headers['content-type']).toBe('text/event-stream')
  expect(reader.headers['cache-control']).toBe('no-cache, no-store, no-transform')
  expect(reader.headers['x-accel-buffering']).toBe('no')
  expect(reader.text).toBe('')
})

test('headers and status can be given, and those set on the response before are kept', async () => {
  const { url } = await serve((request, response) => {
    response.setHeader('Access-Control-Allow-Origin', 'https://app.test')
    createSession(request, response, { headers: { 'X-Room': 'blue', 'Cache-Control': 'no-store' }, statusCode: 201 })
  })
  const reader = await open(url)
  expect(reader.status).toBe(201)
  expect(reader.headers).toMatchObject({
    'access-control-allow-origin': 'https://app.test',
    'x-room': 'blue',
    'cache-control': 'no-store',
  })
})

test('the reconnection time is sent first, 2 to 5 s by chance unless said otherwise', async () => {
  const { url } = await serveSessions()
  const standard = await Promise.all(Array.from({ length: 10 }, () => open(url)))
  const chosen = await open((await serveSessions({ retry: 500 })).url)
  await until(() => [...standard, chosen].every(({ retry }) => retry !== undefined))
  const times = standard.map(({ retry = 0 }) => retry)
  expect(Math.min(...times)).toBeGreaterThanOrEqual(2000)
  expect(Math.max(...times)).toBeLessThanOrEqual(5000)
  expect(new Set(times).size).toBeGreaterThan(1)
  expect(chosen.retry).toBe(500)
})

test('an event carries data as JSON, its type and its id', async () => {
  const { url, session } = await serveSessions()
  const reader = await open(url)
  const current = await session()
  current.push({ text: 'a\nb' }, 'note', 'n-1').push('plain')
  expect(await reader.received(2)).toEqual([
    { id: 'n-1', event: 'note', data: '{"text":"a\\nb"}' },
    { id: undefined, event: undefined, data: '"plain"' },
  ])
  expect(current.lastId).toBe('n-1')
})

test('a serializer that gives several lines keeps every line', async () => {
  const { url, session } = await serveSessions({ serializer: String })
  const reader = await open(url)
  const current = await session()
  current.push('one\ntwo\r\nthree\rfour')
  expect((await reader.received(1))[0]?.data).toBe('one\ntwo\nthree\nfour')
})

test('npm eventsource, which knows nothing of this package, reads the stream', async () => {
  const { url, session } = await serveSessions()
  const source = new EventSource(url)
  onTestFinished(() => source.close())
  const note = new Promise<MessageEvent>((resolve) => source.addEventListener('note', resolve as never))
  const current = await session()
  current.push({ n: 1 }, 'note', '7')
  expect(await note).toMatchObject({ data: '{"n":1}', lastEventId: '7' })
})

test.each<[string, { eventName?: string; id?: string }]>([
  ['event', { eventName: 'a\ndata: injected' }],
  ['event', { eventName: 'a\rdata: injected' }],
  ['id', { id: '1\nevent: injected' }],
  ['id', { id: '1\r\n\r\ndata: injected' }],
])('a line break in %s is refused and the stream goes on unharmed', async (field, { eventName, id }) => {
  const { url, session } = await serveSessions()
  const reader = await open(url)
  const current = await session()
  expect(() => current.push('x', eventName, id)).toThrow(`${field} must not contain a line break`)
  current.push('after')
  expect(await reader.received(1)).toEqual([{ id: undefined, event: undefined, data: '"after"' }])
  expect(reader.text).not.toContain('injected')
})

test('NUL in an id is refused, as clients would ignore such an id', async () => {
  const { url, session } = await serveSessions()
  await open(url)
  const current = await session()
  expect(() => current.push('x', undefined, 'a\0b')).toThrow('id must not contain NUL')
})

test('an id that no server would take back as a header is refused', async () => {
  const { url, session } = await serveSessions()
  const reader = await open(url)
  const current = await session()
  expect(() => current.push('x', undefined, 'ü'.repeat(2049))).toThrow('id must not be longer than 4096 bytes')
  current.push('longest', undefined, 'ü'.repeat(2048))
  expect((await reader.received(1))[0]?.id).toHaveLength(2048)
  const again = await open(url, { headers: { 'Last-Event-ID': Buffer.from('ü'.repeat(2048)).toString('latin1') } })
  expect(again.status).toBe(200)
})

test('data without text is refused with a sentence', async () => {
  const { url, session } = await serveSessions()
  await open(url)
  const current = await session()
  expect(() => current.push(undefined)).toThrow('data of type undefined has no text')
})

test('line breaks in a comment make more comment lines and nothing else', async () => {
  const { url, session } = await serveSessions()
  const reader = await open(url)
  const current = await session()
  current.comment('a\ndata: injected').push('real')
  await reader.received(1)
  expect(reader.comments).toEqual(['a', 'data: injected'])
  expect(reader.events).toHaveLength(1)
})

test('the last event ID of the header is read as UTF-8', async () => {
  const { url, session } = await serveSessions()
  await open(url, { headers: { 'Last-Event-ID': Buffer.from('über-✓').toString('latin1') } })
  expect((await session()).lastEventId).toBe('über-✓')
})

test('the last event ID comes from the query, and the newer one of the header wins', async () => {
  const { url, sessions } = await serveSessions()
  await open(`${url}/events?lastEventId=a%20%C3%BC`)
  await open(`${url}/events?lastEventId=old`, { headers: { 'Last-Event-ID': 'new' } })
  await open(`${url}/events`)
  expect(sessions.map(({ lastEventId, lastId }) => [lastEventId, lastId])).toEqual([
    ['a ü', 'a ü'],
    ['new', 'new'],
    ['', ''],
  ])
})

test('what is pushed in one tick leaves in one write', async () => {
  const { url, session } = await serveSessions()
  const reader = await open(url)
  const current = await session()
  await until(() => reader.chunks.length === 1)
  for (let n = 0; n < 50; n++) current.push(n)
  await reader.received(50)
  expect(reader.chunks).toHaveLength(2)
})

test('connected and disconnected are told, and a client that leaves is seen', async () => {
  const { url, session } = await serveSessions()
  const reader = await open(url)
  const current = await session()
  expect(current.isConnected).toBe(true)
  const disconnected = once(current, 'disconnected')
  reader.close()
  await disconnected
  expect(current.isConnected).toBe(false)
  expect(() => current.push('late')).toThrow('cannot push an event: the session is not active')
  expect(() => current.comment()).toThrow('the session is not active')
})

test('connected comes once, after the handler had time to listen', async () => {
  const told: string[] = []
  const { url } = await serve((request, response) => {
    const session = createSession(request, response)
    session.on('connected', () => told.push('connected'))
  })
  const reader = await open(url)
  await until(() => told.length > 0)
  reader.close()
  expect(told).toEqual(['connected'])
})

test('a request whose body has been read keeps its stream', async () => {
  const sessions: Session[] = []
  const requestClosed: boolean[] = []
  const { url } = await serve((request, response) => {
    request.on('close', () => requestClosed.push(true))
    request.resume().on('end', () => {
      sessions.push(createSession(request, response))
    })
  })
  const reader = await open(url, { method: 'POST', body: 'hello', headers: { 'Content-Type': 'text/plain' } })
  await until(() => requestClosed.length === 1)
  expect(sessions[0]?.isConnected).toBe(true)
  sessions[0]?.push('still here')
  expect((await reader.received(1))[0]?.data).toBe('"still here"')
})

test('a client that left before its session was made gives a session that says so', async () => {
  const made: Promise<Session>[] = []
  const { url } = await serve((request, response) => {
    const gone = once(response, 'close')
    made.push(gone.then(() => createSession(request, response)))
  })
  const socket = createConnection(Number(new URL(url).port), '127.0.0.1', () => {
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  })
  await until(() => made.length === 1)
  socket.destroy()
  const session = await made[0]
  expect(session?.isConnected).toBe(false)
  if (session) await once(session, 'disconnected')
  await session?.close()
})

test('a comment is sent in silence, and none while events flow', async () => {
  const { url, session } = await serveSessions({ keepAlive: 500 })
  const reader = await open(url)
  const current = await session()
  const flow = setInterval(() => current.push('busy'), 15)
  onTestFinished(() => clearInterval(flow))
  await reader.received(50)
  expect(reader.comments).toEqual([])
  clearInterval(flow)
  await until(() => reader.comments.length >= 1)
})

test('close sends what is pending, ends the stream in good order and resolves once', async () => {
  const { url, session } = await serveSessions()
  const reader = await open(url)
  const current = await session()
  const told: string[] = []
  current.on('disconnected', () => told.push('disconnected'))
  current.push('last words')
  await Promise.all([current.close(), current.close()])
  await current.close()
  await until(() => reader.ended)
  expect(reader.events.map(({ data }) => data)).toEqual(['"last words"'])
  expect(told).toEqual(['disconnected'])
})

test('a session is closed by “await using”', async () => {
  const { url, session } = await serveSessions()
  const reader = await open(url)
  {
    await using current = await session()
    current.push('inside')
  }
  await until(() => reader.ended)
  expect(reader.events).toHaveLength(1)
})

test('HEAD gets the headers and no body', async () => {
  const { url, session } = await serveSessions()
  const reader = await open(url, { method: 'HEAD' })
  const current = await session()
  if (current.isConnected) current.push('nothing')
  await until(() => reader.ended)
  expect(reader.headers['content-type']).toBe('text/event-stream')
  expect(reader.text).toBe('')
})

test('an HTTP/1.0 client, which knows no chunks, gets none', async () => {
  const { url, session } = await serveSessions()
  let text = ''
  const socket = createConnection(Number(new URL(url).port), '127.0.0.1', () => socket.write('GET / HTTP/1.0\r\n\r\n'))
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
  })
  const current = await session()
  current.push('old')
  await until(() => text.includes('old'))
  await current.close()
  expect(text.split('\r\n\r\n')[1]).toMatch(/^retry: \d{4}\n\ndata: "old"\n\n$/)
})

test('a response whose write was replaced, as compression does, is written through it', async () => {
  const passed: string[] = []
  const sessions: Session[] = []
  const { url } = await serve((request, response) => {
    const write = response.write.bind(response)
    response.write = ((chunk: Uint8Array) => {
      passed.push(Buffer.from(chunk).toString())
      return write(chunk)
    }) as typeof response.write
    sessions.push(createSession(request, response))
  })
  const reader = await open(url)
  sessions[0]?.push('seen')
  await reader.received(1)
  expect(passed.join('')).toBe(reader.text)
})

test('an application that ends the response itself ends the session, and the next answer on the connection is unharmed', async () => {
  const sessions: Session[] = []
  const { url } = await serve((request, response) => {
    if (request.url === '/next') {
      response.end('next')
      return
    }
    const session = createSession(request, response, { retry: false })
    sessions.push(session)
    session.push('before')
    session.on('connected', () => {
      response.end()
      session.push('after')
    })
  })
  let text = ''
  const socket = createConnection(Number(new URL(url).port), '127.0.0.1', () => {
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  })
  onTestFinished(() => {
    socket.destroy()
  })
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
  })
  await until(() => text.endsWith('0\r\n\r\n') && sessions[0]?.isConnected === false)
  socket.write('GET /next HTTP/1.1\r\nHost: x\r\n\r\n')
  await until(() => text.endsWith('next'))
  expect(text).toMatch(/"before"\n\n\r\n0\r\n\r\nHTTP\/1\.1 200 OK\r\n/)
  expect(text).not.toContain('after')
})

test('an idle time-out of the server does not cut a stream', async () => {
  const { url, server, session } = await serveSessions({ keepAlive: false })
  server.setTimeout(100)
  const reader = await open(url)
  const current = await session()
  await new Promise((resolve) => setTimeout(resolve, 350))
  expect([current.isConnected, reader.ended]).toEqual([true, false])
})
