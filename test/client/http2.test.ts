import { constants, type Http2ServerResponse } from 'node:http2'
import { expect, test } from 'vitest'
import { openStream, StreamFailure } from '../../src/client/index.js'
import { serve, serveCleartext2, serveTls, serveTls2, textOf, untilEmpty } from './support/servers.js'

test('TLS chooses HTTP/2 where both can, and 1.1 where that is asked for', async () => {
  const served = await serveTls2((request, response) => {
    response.setHeader('x-version', request.httpVersion)
    response.end('data: 1\n\n')
  })
  const insecure = true
  await using chosen = await openStream({ url: served.url, insecure })
  expect(chosen).toMatchObject({ httpVersion: '2', alpn: 'h2', status: 200, statusText: '' })
  expect(chosen.headers).toContainEqual(['x-version', '2.0'])
  expect(await textOf(chosen.chunks)).toBe('data: 1\n\n')
  expect(await chosen.ending).toMatchObject({ kind: 'end', code: null })
  await using old = await openStream({ url: served.url, insecure, http: 1 })
  expect(old).toMatchObject({ httpVersion: '1.1', alpn: 'http/1.1' })
})

test('without TLS, HTTP/2 is spoken with prior knowledge', async () => {
  let seen: unknown
  const served = await serveCleartext2(
    (request, response) => {
      seen = { ...request.headers }
      let body = ''
      request.setEncoding('latin1').on('data', (text: string) => {
        body += text
      })
      request.on('end', () => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.write(`data: ${body}\n\n`)
        response.addTrailers({ 'x-sum': '7' })
        response.end()
      })
    },
    { maxConcurrentStreams: 42 },
  )
  const headers = [
    ['Connection', 'keep-alive'],
    ['X-Twice', '1'],
    ['Last-Event-ID', '\u00e2\u0082\u00ac'],
    ['X-Twice', '2'],
    ['constructor', 'x'],
  ] as const
  await using answer = await openStream({ url: served.url, http: 2, method: 'POST', body: 'hey', headers })
  expect(await textOf(answer.chunks)).toBe('data: hey\n\n')
  expect(seen).toMatchObject({
    constructor: 'x',
    'x-twice': '1, 2',
    'last-event-id': '\u00e2\u0082\u00ac',
    ':method': 'POST',
  })
  expect(answer).toMatchObject({ httpVersion: '2', alpn: null, settings: { maxConcurrentStreams: 42 } })
  expect(await answer.ending).toMatchObject({ kind: 'end', trailers: [['x-sum', '7']] })
  await untilEmpty(served)
})

/** How a stream ends when the server does that to it. */
async function endingAfter(act: (response: Http2ServerResponse) => void) {
  const served = await serveCleartext2((_request, response) => {
    response.writeHead(200)
    response.write('data: 1\n\n')
    setTimeout(() => act(response), 20)
  })
  const answer = await openStream({ url: served.url, http: 2 })
  expect(await textOf(answer.chunks)).toBe('data: 1\n\n')
  await untilEmpty(served)
  const { kind, code } = await answer.ending
  return { kind, code }
}

test('each way in which HTTP/2 ends is told apart', async () => {
  expect(await endingAfter((response) => response.stream.close(constants.NGHTTP2_PROTOCOL_ERROR))).toEqual({
    kind: 'stream-error',
    code: 'PROTOCOL_ERROR',
  })
  expect(await endingAfter((response) => response.stream.close(constants.NGHTTP2_CANCEL))).toEqual({
    kind: 'stream-error',
    code: 'CANCEL',
  })
  expect(await endingAfter((response) => response.stream.session?.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM))).toEqual(
    {
      kind: 'goaway',
      code: 'ENHANCE_YOUR_CALM',
    },
  )
})

test('a lost connection under HTTP/2 is a reset or a cut', async () => {
  const served = await serveCleartext2((_request, response) => void response.writeHead(200).write('data: 1\n\n'))
  for (const kind of ['reset', 'cut'] as const) {
    const answer = await openStream({ url: served.url, http: 2 })
    for (const socket of served.sockets) kind === 'reset' ? socket.resetAndDestroy() : socket.destroy()
    expect(await textOf(answer.chunks)).toMatch(/^(data: 1\n\n)?$/)
    expect(await answer.ending).toMatchObject({ kind })
    await untilEmpty(served)
  }
})

test('close ends the stream and leaves no socket', async () => {
  const served = await serveTls2((_request, response) => void response.writeHead(200).write('data: 1\n\n'))
  const answer = await openStream({ url: served.url, insecure: true })
  expect(answer.httpVersion).toBe('2')
  await answer.close()
  expect(await answer.ending).toMatchObject({ kind: 'aborted' })
  await untilEmpty(served)
})

test('a server without HTTP/2 is called that', async () => {
  const plain = await serve((_request, response) => response.end())
  const secure = await serveTls((_request, response) => response.end())
  const limits = { http: 2 as const, insecure: true, headersTimeoutMs: 500 }
  await expect(openStream({ url: plain.url, ...limits })).rejects.toThrow(/is not HTTP\/2/)
  const failure = await openStream({ url: secure.url, ...limits }).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(StreamFailure)
  expect(failure).toMatchObject({ stage: 'tls' })
})

test('a stream refused before its head says why', async () => {
  const served = await serveCleartext2((_request, response) => response.stream.close(constants.NGHTTP2_REFUSED_STREAM))
  const failure = await openStream({ url: served.url, http: 2 }).catch((error: unknown) => error)
  expect(failure).toMatchObject({ stage: 'headers', reason: 'REFUSED_STREAM' })
  await untilEmpty(served)
})

test('a server that never answers over HTTP/2 is given up', async () => {
  const served = await serveCleartext2(() => {})
  const request = { url: served.url, http: 2 as const, headersTimeoutMs: 60 }
  await expect(openStream(request)).rejects.toMatchObject({ stage: 'headers', timedOut: true })
  await untilEmpty(served)
})

test('an answer without a body ends, whenever it is read', async () => {
  const served = await serveTls2((_request, response) => void response.writeHead(204).end())
  await using answer = await openStream({ url: served.url, insecure: true, method: 'OPTIONS' })
  expect(answer.status).toBe(204)
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(await textOf(answer.chunks)).toBe('')
  expect(await answer.ending).toMatchObject({ kind: 'end', code: null })
})
