import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openStream, StreamFailure, type StreamRequest } from '../../src/client/index.js'
import { freePort } from '../support/free-port.js'
import { certify, serve, serveRaw, serveRelay, serveTls, serveTls2, textOf, untilEmpty } from './support/servers.js'

/** How a request fails. */
async function failureOf(request: StreamRequest): Promise<StreamFailure> {
  const outcome = await openStream(request).catch((error: unknown) => error)
  expect(outcome).toBeInstanceOf(StreamFailure)
  return outcome as StreamFailure
}

const streamHead = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n'
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`

test('chunks come one by one with their times, and the end is told', async () => {
  let heard = () => {}
  const firstCame = new Promise<void>((resolve) => {
    heard = resolve
  })
  const served = await serve(async (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    response.write('data: 1\n\n')
    await firstCame
    await wait(60)
    response.end('data: 2\n\n')
  })
  await using answer = await openStream({ url: served.url })
  expect(answer).toMatchObject({ status: 200, statusText: 'OK', httpVersion: '1.1', alpn: null, tls: null })
  expect(answer.remote).toEqual({ address: '127.0.0.1', port: served.port, family: 'IPv4' })
  const chunks: { atMs: number; text: string }[] = []
  for await (const { atMs, bytes } of answer.chunks) {
    chunks.push({ atMs, text: String(bytes) })
    heard()
  }
  expect(chunks.map(({ text }) => text)).toEqual(['data: 1\n\n', 'data: 2\n\n'])
  const [first, second] = chunks.map(({ atMs }) => atMs) as [number, number]
  const ending = await answer.ending
  expect(ending).toMatchObject({ kind: 'end', code: null, trailers: [] })
  const { connectMs, headersMs } = answer.times
  const order = [0, connectMs, headersMs, first, second, ending.atMs]
  expect(order).toEqual([...order].sort((one, other) => one - other))
  // The first was read before the second was waited for; a timer may fire a millisecond early.
  expect(second - first).toBeGreaterThan(58)
})

test('headers behind two thousand others are not lost', async () => {
  const served = await serveRaw((socket) => socket.end(`HTTP/1.1 204 No\r\n${'a:\r\n'.repeat(2100)}x-last: 1\r\n\r\n`))
  await using answer = await openStream({ url: served.url })
  expect(answer.headers.at(-1)).toEqual(['x-last', '1'])
})

test('headers arrive raw and leave in their order and case', async () => {
  let seen = ''
  const served = await serveRaw((socket, head) => {
    seen = head
    socket.end(
      'HTTP/1.1 404 Nothing Here\r\nX-oNe: 1\r\nset-cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 0\r\n\r\n',
    )
  })
  const headers = [
    ['X-Zeta', '1'],
    ['last-event-id', '\u00e2\u0082\u00ac'],
    ['X-Alpha', '2'],
    ['X-Zeta', '3'],
  ] as const
  await using answer = await openStream({ url: served.url, headers, method: 'POST', body: 'hé' })
  expect(seen.split('\r\n').slice(0, 6)).toEqual([
    'POST /events HTTP/1.1',
    `Host: 127.0.0.1:${served.port}`,
    'Connection: keep-alive',
    'X-Zeta: 1',
    'last-event-id: \u00e2\u0082\u00ac',
    'X-Alpha: 2',
  ])
  expect(seen).toMatch(/\r\nContent-Length: 3\r\n\r\nh\u00c3\u00a9$/)
  expect(answer.headers).toEqual([
    ['X-oNe', '1'],
    ['set-cookie', 'a=1'],
    ['Set-Cookie', 'b=2'],
    ['Content-Length', '0'],
  ])
  expect(answer).toMatchObject({ status: 404, statusText: 'Nothing Here' })
  expect(await textOf(answer.chunks)).toBe('')
})

test('interim answers and trailers are seen', async () => {
  const served = await serveRaw((socket) => {
    socket.write('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n')
    socket.end(`${streamHead}${chunk(':\n')}0\r\nX-Sum: 7\r\n\r\n`)
  })
  await using answer = await openStream({ url: served.url })
  expect(answer.interim).toMatchObject([{ status: 103, headers: [['Link', '</a>']] }])
  expect(await textOf(answer.chunks)).toBe(':\n')
  expect((await answer.ending).trailers).toEqual([['X-Sum', '7']])
})

test('FIN inside the body is a cut, RST a reset, broken framing an error', async () => {
  const head = `${streamHead}${chunk('data: 1\n\n')}`
  const cut = await serveRaw((socket) => void socket.end(`${head}9\r\nda`))
  const reset = await serveRaw((socket) =>
    socket.write(`${head}9\r\nda`, () => setTimeout(() => socket.resetAndDestroy(), 20)),
  )
  const broken = await serveRaw((socket) => void socket.write(`${head}zz\r\n`))
  for (const [served, kind, code] of [
    [cut, 'cut', null],
    [reset, 'reset', 'ECONNRESET'],
    [broken, 'error', 'HPE_INVALID_CHUNK_SIZE'],
  ] as const) {
    const answer = await openStream({ url: served.url })
    expect(await textOf(answer.chunks)).toMatch(/^data: 1\n\n(da)?$/)
    expect(await answer.ending).toMatchObject({ kind, code })
    await untilEmpty(served)
  }
})

test('a reset at any byte of the answer is called a reset, before or after its head', async () => {
  const text = `${streamHead}${chunk('data: 1\n\n')}`
  for (let bytes = 0; bytes <= text.length; bytes += 7) {
    const served = await serveRaw((socket) => {
      // Two turns of the event loop later: what comes with a reset at once, Node tells as an end.
      const die = () => setImmediate(() => setImmediate(() => socket.resetAndDestroy()))
      if (bytes === 0) die()
      else socket.write(text.slice(0, bytes), die)
    })
    if (bytes < streamHead.length) {
      expect(await failureOf({ url: served.url }), `${bytes} bytes`).toMatchObject({
        stage: 'headers',
        reason: 'ECONNRESET',
      })
    } else {
      const answer = await openStream({ url: served.url })
      expect(await answer.ending, `${bytes} bytes`).toMatchObject({ kind: 'reset' })
    }
    await untilEmpty(served)
  }
})

test('a body that lasts as long as its connection ends with FIN, and is broken off by RST', async () => {
  const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: 1\n\n'
  let read = () => {}
  const ended = await serveRaw((socket) => void socket.end(head))
  const reset = await serveRaw((socket) => {
    // Not before it is read: a reset takes away what is on the way.
    read = () => socket.resetAndDestroy()
    socket.write(head)
  })
  for (const [served, kind] of [
    [ended, 'end'],
    [reset, 'reset'],
  ] as const) {
    const answer = await openStream({ url: served.url })
    let text = ''
    for await (const { bytes } of answer.chunks) {
      text += String(bytes)
      if (text === 'data: 1\n\n') read()
    }
    expect(text).toBe('data: 1\n\n')
    expect(await answer.ending).toMatchObject({ kind })
    await untilEmpty(served)
  }
})

test('close ends the answer and leaves no socket', async () => {
  const served = await serve((_request, response) => void response.writeHead(200).flushHeaders())
  const answer = await openStream({ url: served.url })
  const read = textOf(answer.chunks)
  await answer.close()
  await answer.close()
  expect(await read).toBe('')
  expect(await answer.ending).toMatchObject({ kind: 'aborted' })
  await untilEmpty(served)
})

test('leaving the loop or aborting the signal ends the answer too', async () => {
  const served = await serve((_request, response) => void response.writeHead(200).write('data: 1\n\n'))
  const left = await openStream({ url: served.url })
  for await (const _chunk of left.chunks) break
  expect(await left.ending).toMatchObject({ kind: 'aborted' })
  const abort = new AbortController()
  const aborted = await openStream({ url: served.url, signal: abort.signal })
  abort.abort()
  expect(await aborted.ending).toMatchObject({ kind: 'aborted' })
  await untilEmpty(served)
})

test('a signal that aborts before there is an answer rejects with its reason', async () => {
  const served = await serveRaw(() => {})
  const abort = new AbortController()
  const opening = openStream({ url: served.url, signal: abort.signal })
  while (served.sockets.size === 0) await wait(2)
  abort.abort(new Error('enough'))
  await expect(opening).rejects.toThrow('enough')
  await untilEmpty(served)
})

test('a failure says which step failed', async () => {
  expect(await failureOf({ url: new URL('http://nowhere.invalid/') })).toMatchObject({ stage: 'dns' })

  const port = await freePort()
  const refused = await failureOf({ url: new URL(`http://127.0.0.1:${port}/`) })
  expect(refused).toMatchObject({ stage: 'connect', reason: 'ECONNREFUSED', code: 'no-answer' })
  expect(refused.message).toBe(`127.0.0.1:${port} refused the connection: nothing listens there (ECONNREFUSED).`)

  const plain = await serve((_request, response) => response.end())
  expect(await failureOf({ url: new URL(`https://127.0.0.1:${plain.port}/`) })).toMatchObject({ stage: 'tls' })

  const other = await serveRaw((socket) => void socket.end('220 mail ready\r\n'))
  expect(await failureOf({ url: other.url })).toMatchObject({ stage: 'headers', reason: 'HPE_INVALID_CONSTANT' })

  const silent = await serveRaw((socket) => void socket.end())
  expect(await failureOf({ url: silent.url })).toMatchObject({ stage: 'headers', reason: 'FIN' })
})

test('a server that never answers, one that never ends its headers, and huge headers are given up', async () => {
  const mute = await serveRaw(() => {})
  const limit = { headersTimeoutMs: 60 }
  expect(await failureOf({ url: mute.url, ...limit })).toMatchObject({ stage: 'headers', timedOut: true })
  await untilEmpty(mute)

  const endless = await serveRaw((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n')
    const timer = setInterval(() => socket.write('X-More: 1\r\n'), 5)
    socket.once('close', () => clearInterval(timer))
  })
  expect(await failureOf({ url: endless.url, ...limit })).toMatchObject({ stage: 'headers', timedOut: true })
  await untilEmpty(endless)

  const huge = await serveRaw((socket) => void socket.write(`HTTP/1.1 200 OK\r\nX-Huge: ${'x'.repeat(70_000)}\r\n\r\n`))
  expect(await failureOf({ url: huge.url })).toMatchObject({ stage: 'headers', reason: 'HPE_HEADER_OVERFLOW' })

  const noTls = await serveRaw(() => {})
  const url = new URL(`https://127.0.0.1:${noTls.port}/`)
  expect(await failureOf({ url, connectTimeoutMs: 60 })).toMatchObject({ stage: 'tls', timedOut: true })
  await untilEmpty(noTls)
})

test('a certificate that nobody vouches for stops it, unless that is allowed', async () => {
  let requests = 0
  const served = await serveTls((_request, response) => {
    requests++
    response.end('data: 1\n\n')
  })
  const failure = await failureOf({ url: served.url })
  expect(failure).toMatchObject({
    stage: 'tls',
    reason: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    tls: { subject: 'client.test' },
  })
  expect(failure.hint).toContain('--insecure')
  expect(requests).toBe(0)

  await using careless = await openStream({ url: served.url, insecure: true })
  expect(careless.tls).toMatchObject({ authorized: false, authorizationError: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  const { cert } = await certify()
  await using trusting = await openStream({ url: served.url, ca: cert })
  expect(trusting.tls).toMatchObject({ protocol: 'TLSv1.3', authorized: true, authorizationError: null })
  expect(trusting.tls?.validTo).toMatch(/^\d{4}-\d\d-\d\dT/)
  expect(trusting.alpn).toBe('http/1.1')
  expect(await textOf(trusting.chunks)).toBe('data: 1\n\n')

  const elsewhere = new URL(`https://localhost:${served.port}/`)
  expect(await failureOf({ url: elsewhere, ca: cert })).toMatchObject({ reason: 'ERR_TLS_CERT_ALTNAME_INVALID' })
})

test('a reset under TLS is a reset', async () => {
  const served = await serveTls2((_request, response) => void response.writeHead(200).write('data: 1\n\n'))
  const relay = await serveRelay(served.port)
  for (const http of [1, 2] as const) {
    const answer = await openStream({ url: new URL(`https://127.0.0.1:${relay.port}/`), insecure: true, http })
    for (const socket of relay.sockets) socket.resetAndDestroy()
    expect(await answer.ending).toMatchObject({ kind: 'reset', code: 'ECONNRESET' })
    await untilEmpty(relay)
  }
})

test('a reader that does not read makes the server wait', async () => {
  let written = 0
  const served = await serve((_request, response) => {
    response.writeHead(200)
    const piece = Buffer.alloc(64 * 1024)
    const more = () => {
      if (response.destroyed) return
      written += piece.length
      if (response.write(piece)) setImmediate(more)
      else response.once('drain', more)
    }
    more()
  })
  const answer = await openStream({ url: served.url })
  let before = -1
  while (written !== before) {
    before = written
    await wait(150)
  }
  expect(written).toBeGreaterThan(4 * 1024 * 1024)
  expect(written).toBeLessThan(32 * 1024 * 1024)
  let read = 0
  for await (const { bytes } of answer.chunks) {
    read += bytes.length
    if (read > 32 * 1024 * 1024) break
  }
  expect(written).toBeGreaterThan(32 * 1024 * 1024)
  await untilEmpty(served)
})

test('what HTTP cannot carry is refused before anything is sent', async () => {
  const url = new URL('http://127.0.0.1:1/')
  const refused = (request: Partial<StreamRequest>) => openStream({ url, ...request })
  await expect(refused({ headers: [['X-A', 'one\r\nX-B: two']] })).rejects.toMatchObject({ code: 'bad-option' })
  await expect(refused({ headers: [['X A', 'one']] })).rejects.toMatchObject({ code: 'bad-option' })
  await expect(refused({ headers: [['X-A', '€']] })).rejects.toMatchObject({ code: 'bad-option' })
  await expect(refused({ method: 'GET /' })).rejects.toMatchObject({ code: 'bad-option' })
  await expect(refused({ url: new URL('ftp://host/') })).rejects.toMatchObject({ code: 'bad-option' })
})

test('user and password of a URL go out as a header', async () => {
  let seen: string | undefined
  const served = await serve((request, response) => {
    seen = request.headers.authorization
    response.end()
  })
  const url = new URL(served.url)
  url.username = 'ann'
  url.password = 'p:ä'
  await using _answer = await openStream({ url })
  expect(Buffer.from(seen?.split(' ')[1] ?? '', 'base64').toString()).toBe('ann:p:ä')
})

test('a per cent sign that escapes nothing is one of the password', async () => {
  let seen: string | undefined
  const served = await serve((request, response) => {
    seen = request.headers.authorization
    response.end()
  })
  const url = new URL(String(served.url).replace('//', '//ann:100%25%@'))
  await using _answer = await openStream({ url })
  expect(Buffer.from(seen?.split(' ')[1] ?? '', 'base64').toString()).toBe('ann:100%%')
})
