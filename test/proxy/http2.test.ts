import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2'
import { connect as tlsConnect } from 'node:tls'
import { expect, test } from 'vitest'
import { createProxy } from '../../src/proxy/index.js'
import { openStream, startOrigin } from './support/origin.js'
import { get, rawClient } from './support/raw-client.js'
import { startRawOrigin } from './support/raw-origin.js'
import { until } from './support/until.js'

interface Answer {
  stream: ClientHttp2Stream
  headers: Record<string, string | string[] | undefined>
  text: string
  trailers: unknown
  interim: (number | undefined)[]
  code: number | undefined
}

function ask(session: ClientHttp2Session, headers: Record<string, string>, body?: string): Answer {
  const hasBody = body !== undefined
  const stream = session.request({ ':path': '/', ...headers }, { endStream: !hasBody })
  const answer: Answer = { stream, headers: {}, text: '', trailers: undefined, interim: [], code: undefined }
  stream.setEncoding('utf8')
  stream.on('error', () => {})
  stream.on('headers', (head) => answer.interim.push(head[':status']))
  stream.on('response', (head) => Object.assign(answer.headers, head, { status: head[':status'] }))
  stream.on('data', (text: string) => {
    answer.text += text
  })
  stream.on('trailers', (trailers) => {
    answer.trailers = { ...trailers }
  })
  stream.on('close', () => {
    answer.code = stream.rstCode
  })
  if (hasBody) stream.end(body)
  return answer
}

async function open(url: string): Promise<ClientHttp2Session & AsyncDisposable> {
  const session = connect(url, { rejectUnauthorized: false })
  await new Promise((resolve, reject) => session.once('connect', resolve).once('error', reject))
  return Object.assign(session, {
    [Symbol.asyncDispose]: async () => {
      session.destroy()
    },
  })
}

const warnings: string[] = []
process.on('warning', ({ message }) => warnings.push(message))

test('eight streams on one connection flow, and the ledger tells what HTTP/1.1 would have queued', async () => {
  await using origin = await startOrigin((_request, response) => void openStream(response).write('id: 1\ndata: x\n\n'))
  await using proxy = await createProxy({ target: origin.url, http2: true })
  expect(proxy.url).toBe(`https://127.0.0.1:${proxy.port}`)
  await using session = await open(proxy.url)
  const streams = Array.from({ length: 8 }, (_, index) =>
    ask(session, { ':path': `/s?${index}`, referer: 'https://a/p' }),
  )
  await until(() => streams.every(({ text }) => text.includes('data: x')))
  const [named] = proxy.ledger.snapshot().origins
  expect(named).toMatchObject({ origin: proxy.url, sockets: 1, streaming: 1, busy: 0 })
  expect(named?.streams).toHaveLength(8)
  expect(named?.streams[0]).toMatchObject({ url: '/s?0', page: 'https://a/p', events: 1 })
  expect(named?.demand).toMatchObject({ inFlight: 8, mostInFlight: 8, wouldWait: 2, wouldHaveWaited: 2 })

  streams[0]?.stream.close(constants.NGHTTP2_CANCEL)
  await until(() => proxy.ledger.snapshot().origins[0]?.demand?.wouldWait === 1)
  await until(() => origin.sockets.size === 7)
  session.destroy()
  await until(() => origin.sockets.size === 0)
  expect(proxy.ledger.snapshot().origins[0]).toMatchObject({ sockets: 0, demand: { inFlight: 0, wouldWait: 0 } })
})

test('bodies, headers, trailers, interim answers and errors pass over HTTP/2', async () => {
  await using origin = await startOrigin((request, response) => {
    if (request.url === '/hints') {
      response.writeProcessing()
      response.writeEarlyHints({ link: '</a.css>; rel=preload; as=style' })
    }
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      response.writeHead(request.url === '/204' ? 204 : 200, [
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
        ['connection', 'keep-alive'],
        ['x-host', String(request.headers.host)],
        ...(request.method === 'POST' ? [['trailer', 'x-sum']] : []),
      ])
      response.write(`${request.method} ${request.httpVersion} ${body}`)
      if (request.method === 'POST') response.addTrailers({ 'x-sum': '5' })
      response.end()
    })
  })
  await using proxy = await createProxy({ target: origin.url, http2: true })
  await using session = await open(proxy.url)
  const posted = ask(session, { ':method': 'POST', te: 'trailers' }, 'hello')
  const hinted = ask(session, { ':path': '/hints' })
  const empty = ask(session, { ':path': '/204' })
  const head = ask(session, { ':method': 'HEAD' })
  const unframed = ask(session, { ':method': 'DELETE' }, 'x')
  const answers = [posted, hinted, empty, head, unframed]
  await until(() => answers.every(({ code }) => code !== undefined))
  expect(posted).toMatchObject({
    text: 'POST 1.1 hello',
    headers: { status: 200, 'set-cookie': ['a=1', 'b=2'], 'x-host': `127.0.0.1:${proxy.port}` },
    trailers: { 'x-sum': '5' },
  })
  expect(hinted.interim).toEqual([102, 103])
  expect([empty.headers.status, empty.text]).toEqual([204, ''])
  expect([head.headers.status, head.text]).toEqual([200, ''])
  expect(unframed.headers.status).toBe(411)
  expect(origin.requests.map(({ method }) => method).sort()).toEqual(['GET', 'GET', 'HEAD', 'POST'])
})

test('trailers of a request over HTTP/2 reach the target', async () => {
  await using origin = await startOrigin((request, response) => {
    request.resume().on('end', () => response.end(`of ${request.trailers['x-part']}`))
  })
  await using proxy = await createProxy({ target: origin.url, http2: true })
  await using session = await open(proxy.url)
  const stream = session.request({ ':path': '/', ':method': 'POST' }, { endStream: false, waitForTrailers: true })
  stream.on('wantTrailers', () => stream.sendTrailers({ 'x-part': '7' }))
  let text = ''
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  stream.end('body')
  await until(() => text !== '')
  expect(text).toBe('of 7')
})

test('each end is told over HTTP/2 when the other dies, and the connection goes on', async () => {
  await using origin = await startOrigin((request, response) => {
    openStream(response).write('data: 1\n\n')
    if (request.url === '/dies') setTimeout(() => request.socket.destroy(), 30)
  })
  await using proxy = await createProxy({ target: origin.url, http2: true, faults: ['cut@event=1,path=/cut'] })
  await using session = await open(proxy.url)
  for (const path of ['/dies', '/cut']) {
    const answer = ask(session, { ':path': path, accept: 'text/event-stream' })
    await until(() => answer.code !== undefined)
    expect(answer.code).toBe(constants.NGHTTP2_INTERNAL_ERROR)
  }
  const lives = ask(session, {})
  await until(() => lives.text !== '')
  expect(session.destroyed).toBe(false)
})

test('a dead target is told over HTTP/2', async () => {
  await using proxy = await createProxy({ target: 'http://127.0.0.1:1', http2: true })
  await using session = await open(proxy.url)
  const answer = ask(session, {})
  await until(() => answer.code !== undefined)
  expect(answer.headers.status).toBe(502)
  expect(answer.text).toContain('Nothing listens there')
})

test('HTTP/1.1 and WebSockets go through the same front', async () => {
  await using origin = await startOrigin((_request, response) => openStream(response))
  origin.server.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    socket.pipe(socket)
  })
  await using proxy = await createProxy({ target: origin.url, http2: true })
  const talk = (text: string) => {
    const socket = tlsConnect({
      port: proxy.port,
      host: '127.0.0.1',
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
    })
    let received = ''
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      received += chunk
    })
    socket.on('error', () => {})
    socket.write(text)
    return { socket, received: () => received }
  }
  const stream = talk(get('/events', { accept: 'text/event-stream' }))
  const upgraded = talk(get('/', { connection: 'Upgrade', upgrade: 'websocket' }))
  await until(() => stream.received().includes('event-stream') && upgraded.received().includes('101'))
  upgraded.socket.write('echo')
  await until(() => upgraded.received().includes('echo'))
  expect(proxy.ledger.snapshot().origins.find(({ origin: name }) => name === 'https://app.test')).toMatchObject({
    sockets: 1,
    streaming: 1,
    webSockets: 1,
  })
  stream.socket.destroy()
  upgraded.socket.destroy()
  await until(() =>
    proxy.ledger.snapshot().origins.every(({ sockets, webSockets }) => sockets + (webSockets ?? 0) === 0),
  )
})

test('HTTP/2 in front of a forward proxy is refused, and nothing has warned', async () => {
  await expect(createProxy({ forward: true, http2: true })).rejects.toMatchObject({ code: 'bad-option' })
  expect(warnings).toEqual([])
})

test('CONNECT over HTTP/2 is refused, and the connection goes on', async () => {
  await using origin = await startOrigin((_request, response) => void response.end('fine'))
  await using proxy = await createProxy({ target: origin.url, http2: true })
  await using session = await open(proxy.url)
  const stream = session.request({ ':method': 'CONNECT', ':authority': 'localhost:22' })
  const status = await new Promise((resolve) => stream.once('response', (head) => resolve(head[':status'])))
  expect(status).toBe(400)
  const answer = ask(session, {})
  await until(() => answer.text === 'fine')
})

test('who speaks plain HTTP to the port of TLS is told so', async () => {
  await using proxy = await createProxy({ target: 'http://127.0.0.1:9', http2: true })
  using client = await rawClient(proxy.port, get('/'))
  await client.ended()
  expect(client.text).toMatch(/^HTTP\/1.1 400 /)
  expect(client.text).toContain('begins with https')
})

test('one connection may hold a thousand streams, no more', async () => {
  await using proxy = await createProxy({ target: 'http://127.0.0.1:9', http2: true })
  await using session = await open(proxy.url)
  await until(() => session.remoteSettings?.maxConcurrentStreams === 1000)
})

test('headers called like what every object has, and trailers that come twice, pass over HTTP/2', async () => {
  const head = 'HTTP/1.1 200 OK\r\nconstructor: a\r\nvalueOf: b\r\nvalueof: c\r\ntransfer-encoding: chunked\r\n'
  const fields =
    'x-part: 1\r\nx-part: 2\r\nkeep-alive: e\r\nte: gzip\r\nhttp2-settings: x\r\netag: f\r\netag: g\r\nconstructor: d\r\n'
  const body = `2\r\nok\r\n0\r\n${fields}\r\n`
  await using origin = await startRawOrigin(() => [`${head}\r\n${body}`])
  await using proxy = await createProxy({ target: origin.url, http2: true })
  await using session = await open(proxy.url)
  const answer = ask(session, {})
  await until(() => answer.code !== undefined)
  expect(answer).toMatchObject({ text: 'ok', headers: { constructor: 'a', valueof: 'b, c' } })
  expect(answer.trailers).toMatchObject({ 'x-part': '1, 2', constructor: 'd' })
})

test('headers that come twice and that Node holds for single pass over HTTP/2', async () => {
  const twice =
    'x-content-type-options: nosniff\r\nx-content-type-options: nosniff\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n'
  await using origin = await startRawOrigin(() => [`HTTP/1.1 200 OK\r\n${twice}content-length: 2\r\n\r\nok`])
  await using proxy = await createProxy({ target: origin.url, http2: true })
  await using session = await open(proxy.url)
  const answer = ask(session, {})
  await until(() => answer.code !== undefined)
  expect(answer.headers).toMatchObject({
    status: 200,
    'x-content-type-options': 'nosniff, nosniff',
    'set-cookie': ['a=1', 'b=2'],
  })
})

test('a status that HTTP/2 has no place for gives an error page', async () => {
  await using origin = await startRawOrigin(() => ['HTTP/1.1 999 Odd\r\ncontent-length: 2\r\n\r\nok'])
  await using proxy = await createProxy({ target: origin.url, http2: true })
  await using session = await open(proxy.url)
  const answer = ask(session, {})
  await until(() => Number(answer.headers.status) === 502)
})

test('a status that HTTP/2 has no place for gives an error page also when a fault holds it', async () => {
  await using origin = await startRawOrigin(() => [
    'HTTP/1.1 999 Odd\r\ncontent-type: text/event-stream\r\ncontent-length: 2\r\n\r\nok',
  ])
  await using proxy = await createProxy({ target: origin.url, http2: true, faults: ['late-headers:20ms'] })
  await using session = await open(proxy.url)
  const answer = ask(session, {})
  await until(() => Number(answer.headers.status) === 502)
})

test('an offer of h2c on a connection of TLS is ignored, its body taken', async () => {
  await using origin = await startOrigin((request, response) => void request.pipe(response))
  await using proxy = await createProxy({ target: origin.url, http2: true })
  const client = tlsConnect({ port: proxy.port, host: '127.0.0.1', rejectUnauthorized: false })
  let text = ''
  client.on('data', (chunk) => {
    text += String(chunk)
  })
  const ask = (body: string) =>
    `POST / HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: h2c\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  client.write(ask('first'))
  await until(() => text.includes('first'))
  client.write(ask('second'))
  await until(() => text.includes('second'))
  client.destroy()
})
