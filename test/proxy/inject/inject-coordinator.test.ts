import { request as httpRequest, type IncomingHttpHeaders, type RequestListener } from 'node:http'
import { connect } from 'node:http2'
import { brotliCompressSync, deflateRawSync, deflateSync, gunzipSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { createProxy, type Proxy as DevProxy } from '../../../src/proxy/index.js'
import { type InjectionFailure, type InjectionOptions, injectCoordinator } from '../../../src/proxy/inject/index.js'
import { openStream, startOrigin } from '../support/origin.js'
import { get, rawClient } from '../support/raw-client.js'
import { until } from '../support/until.js'

const html = '<!doctype html><html><head><title>App</title></head><body>an app</body></html>'
const tag = '<script src="/__sse-coord/coordinator.js" data-replace></script>'
const withTag = html.replace('<head>', `<head>${tag}`)

async function setUp(listener: RequestListener, options: InjectionOptions = {}) {
  const origin = await startOrigin(listener)
  const proxy = await createProxy({ target: origin.url })
  const injection = await injectCoordinator(proxy, options)
  const failures: InjectionFailure[] = []
  injection.on('injection-failed', (failure) => failures.push(failure))
  return {
    origin,
    proxy,
    injection,
    failures,
    async [Symbol.asyncDispose]() {
      injection.close()
      await proxy.close()
      await origin[Symbol.asyncDispose]()
    },
  }
}

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
  text: string
}

function ask(proxy: DevProxy, path = '/', headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { headers: { 'sec-fetch-dest': 'document', ...headers }, method, agent: false }
    const outgoing = httpRequest(`${proxy.url}${path}`, options, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('error', reject)
      incoming.on('end', () => {
        const body = Buffer.concat(chunks)
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body, text: body.toString() })
      })
    })
    outgoing.on('error', reject)
    outgoing.end()
  })
}

test('a document gets the script, and loses what described its old body', async () => {
  await using up = await setUp((_request, response) => {
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-length': html.length,
      etag: '"strong"',
      'last-modified': 'Mon, 01 Jan 2024 00:00:00 GMT',
      'cache-control': 'max-age=3600',
      'accept-ranges': 'bytes',
      'set-cookie': ['a=1', 'b=2'],
    })
    response.end(html)
  })
  const { text, headers } = await ask(up.proxy)
  expect(text).toBe(withTag)
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'transfer-encoding': 'chunked',
    'cache-control': 'no-cache',
    'set-cookie': ['a=1', 'b=2'],
  })
  for (const name of ['etag', 'last-modified', 'content-length', 'accept-ranges'])
    expect(headers).not.toHaveProperty(name)
  expect(up.failures).toEqual([])
})

test('the target is asked for the whole document, in an encoding that can be undone', async () => {
  await using up = await setUp((_request, response) => void response.end())
  await ask(up.proxy, '/', {
    'accept-encoding': 'gzip;q=1.0, zstd, br',
    'if-none-match': '"x"',
    'if-modified-since': 'Mon, 01 Jan 2024 00:00:00 GMT',
    range: 'bytes=0-1',
    'if-range': '"x"',
  })
  await ask(up.proxy, '/', { 'accept-encoding': 'zstd' })
  await ask(up.proxy, '/data', { 'sec-fetch-dest': 'empty', 'accept-encoding': 'zstd', 'if-none-match': '"x"' })
  const [first, second, third] = up.origin.requests.map(({ headers }) => headers)
  expect(first?.['accept-encoding']).toBe('gzip;q=1.0, br')
  for (const name of ['if-none-match', 'if-modified-since', 'range', 'if-range']) expect(first).not.toHaveProperty(name)
  expect(second?.['accept-encoding']).toBe('identity')
  expect(third).toMatchObject({ 'accept-encoding': 'zstd', 'if-none-match': '"x"' })
})

test.each([
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['br', brotliCompressSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
] as const)('a document in %s gets the script, sent in one piece or byte by byte', async (encoding, encode) => {
  const body = encode(html)
  await using up = await setUp((request, response) => {
    response.writeHead(200, { 'content-type': 'text/html', 'content-encoding': encoding })
    if (request.url === '/whole') return void response.end(body)
    for (const byte of body) response.write(Buffer.from([byte]))
    response.end()
  })
  for (const path of ['/whole', '/bytes']) {
    const { text, headers } = await ask(up.proxy, path)
    expect(text).toBe(withTag)
    expect(headers).not.toHaveProperty('content-encoding')
  }
})

test('a large compressed document passes at the pace of its reader, whole', async () => {
  const large = html.replace('an app', `${'words '.repeat(1_000_000)}`)
  for (const [encoding, encode] of [
    ['gzip', gzipSync],
    ['deflate', deflateRawSync],
  ] as const) {
    await using up = await setUp((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html', 'content-encoding': encoding }).end(encode(large))
    })
    const { text } = await ask(up.proxy)
    expect(text.length).toBe(large.length + tag.length)
  }
})

test('a compressed body that is none breaks the response off, and is told of', async () => {
  await using up = await setUp((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'gzip' }).end('this is no gzip')
  })
  await expect(ask(up.proxy)).rejects.toThrow()
  expect(up.failures).toMatchObject([{ reason: 'broken' }])
})

test('what comes piece by piece goes on piece by piece', async () => {
  let more = (): void => {}
  await using up = await setUp((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' })
    response.write('<!doctype html><html><he')
    more = () => void response.write('ad><p>first')
  })
  using client = await rawClient(up.proxy.port, get('/', { 'sec-fetch-dest': 'document' }))
  await client.receives('<!doctype html><html>')
  expect(client.text).not.toContain('<he')
  more()
  await client.receives(`<head>`)
  await client.receives('<p>first')
  expect(client.text.replaceAll(/\r\n[0-9a-f]+\r\n/g, '')).toContain(`<head>${tag}<p>first`)
})

test.each([
  ['a script’s own request', { 'sec-fetch-dest': 'empty' }, {}],
  ['a frame', { 'sec-fetch-dest': 'iframe' }, {}],
  ['a download', {}, { 'content-disposition': 'attachment; filename="a.html"' }],
  ['XHTML', {}, { 'content-type': 'application/xhtml+xml' }],
  ['plain text', {}, { 'content-type': 'text/plain' }],
])('%s passes as it is', async (_what, requestHeaders, responseHeaders) => {
  await using up = await setUp((_request, response) => {
    response.writeHead(200, {
      'content-type': 'text/html',
      etag: '"e"',
      'content-length': html.length,
      ...responseHeaders,
    })
    response.end(html)
  })
  const { text, headers } = await ask(up.proxy, '/', requestHeaders as Record<string, string>)
  expect(text).toBe(html)
  expect(headers).toMatchObject({ etag: '"e"', 'content-length': String(html.length) })
  expect(up.failures).toEqual([])
})

test('without the browser’s word whoever accepts HTML is taken for a tab', async () => {
  await using up = await setUp((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(html)
  })
  using tab = await rawClient(up.proxy.port, get('/', { accept: 'text/html,*/*', connection: 'close' }))
  await tab.ended()
  expect(tab.text).toContain(tag)
  using script = await rawClient(up.proxy.port, get('/', { accept: '*/*', connection: 'close' }))
  await script.ended()
  expect(script.text).not.toContain(tag)
})

test.each([
  ['policy', { 'content-security-policy': "script-src 'none'" }, html],
  ['encoding', { 'content-encoding': 'zstd' }, html],
  ['charset', { 'content-type': 'text/html; charset=UTF-16LE' }, html],
  ['charset', {}, '\uFEFFa'],
  ['too-large', { 'content-length': '5000' }, 'x'.repeat(5000)],
  ['too-large', {}, ' '.repeat(3000)],
  ['partial', { 'content-range': 'bytes 0-3/100' }, html],
])('a document that cannot have it passes as it is, and the reason is told: %s', async (reason, headers, body) => {
  const bytes = Buffer.from(body, body.startsWith('\uFEFF') ? 'utf16le' : 'latin1')
  await using up = await setUp(
    (_request, response) => {
      response.writeHead('content-range' in headers ? 206 : 200, { 'content-type': 'text/html', ...headers }).end(bytes)
    },
    { maxBody: 2000 },
  )
  const answer = await ask(up.proxy, '/page?secret=1')
  expect(answer.body.equals(bytes)).toBe(true)
  const failure = { reason, page: `${up.proxy.url}/page`, text: expect.stringMatching(/^It.*\.$/), count: 1 }
  expect(up.failures).toMatchObject([failure])
  await ask(up.proxy, '/page')
  expect(up.injection.snapshot().failures).toMatchObject([{ ...failure, count: 2 }])
})

test('the page’s nonce is copied', async () => {
  await using up = await setUp((_request, response) => {
    const policy = "script-src 'strict-dynamic' 'nonce-aGk='"
    response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy }).end(html)
  })
  expect((await ask(up.proxy)).text).toContain(
    '<head><script src="/__sse-coord/coordinator.js" data-replace nonce="aGk=">',
  )
})

test('the script is served on the app’s own origin, and only asked for again', async () => {
  await using up = await setUp((_request, response) => void response.end('the app'))
  const { text, headers } = await ask(up.proxy, '/__sse-coord/coordinator.js?x', { 'sec-fetch-dest': 'script' })
  expect(text).toContain('SharedEventSource')
  expect(headers).toMatchObject({ 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'no-cache' })
  const again = await ask(up.proxy, '/__sse-coord/coordinator.js', { 'if-none-match': headers.etag ?? '' })
  expect(again).toMatchObject({ status: 304, text: '' })
  expect((await ask(up.proxy, '/__sse-coord/coordinator.js', {}, 'HEAD')).text).toBe('')
  expect((await ask(up.proxy, '/__sse-coord/coordinator.js', {}, 'POST')).status).toBe(405)
  expect((await ask(up.proxy, '/__sse-coord/other')).text).toBe('the app')
  expect(up.origin.requests).toHaveLength(1)
})

test('answers without a body and redirects pass', async () => {
  await using up = await setUp((request, response) => {
    const status = request.method === 'HEAD' ? 200 : Number(request.url?.slice(1))
    response.writeHead(status, { 'content-type': 'text/html', location: '/', etag: '"e"' })
    response.end(status === 302 ? 'moved' : undefined)
  })
  expect(await ask(up.proxy, '/204')).toMatchObject({ status: 204, text: '' })
  expect(await ask(up.proxy, '/304')).toMatchObject({ status: 304, headers: { etag: '"e"' } })
  expect(await ask(up.proxy, '/302')).toMatchObject({ status: 302, text: 'moved' })
  expect(await ask(up.proxy, '/200', {}, 'HEAD')).toMatchObject({ status: 200, text: '' })
  expect(up.failures).toEqual([])
})

test('switched off it changes nothing, and counts what pages need without it', async () => {
  await using up = await setUp(
    (request, response) => {
      if (request.url === '/events') openStream(response).write('data: 1\n\n')
      else response.writeHead(200, { 'content-type': 'text/html', etag: '"e"' }).end(html)
    },
    { on: false },
  )
  expect(await ask(up.proxy)).toMatchObject({ text: html, headers: { etag: '"e"' } })
  const stream = get('/events', { referer: `${up.proxy.url}/?x=1` }, new URL(up.proxy.url).host)
  {
    using one = await rawClient(up.proxy.port, stream)
    using two = await rawClient(up.proxy.port, stream)
    await Promise.all([one.receives('data: 1'), two.receives('data: 1')])
    up.injection.switch(true)
    expect((await ask(up.proxy)).text).toBe(withTag)
    await ask(up.proxy, '/__sse-coord/coordinator.js', { referer: `${up.proxy.url}/` })
    using three = await rawClient(up.proxy.port, stream)
    await three.receives('data: 1')
    expect(up.injection.snapshot()).toMatchObject({
      isOn: true,
      origins: [
        {
          origin: up.proxy.url,
          plain: { documents: 1, coordinators: 0, streams: 2, mostStreams: 2 },
          shared: { documents: 1, coordinators: 1, streams: 1, mostStreams: 1 },
          pages: [
            {
              page: `${up.proxy.url}/`,
              plain: { documents: 1, streams: 2, mostStreams: 2 },
              shared: { documents: 1, coordinators: 1, streams: 1, mostStreams: 1 },
            },
          ],
        },
      ],
    })
  }
  await until(() => up.injection.snapshot().origins[0]?.plain?.streams === 0)
  expect(up.injection.snapshot().origins[0]?.plain).toMatchObject({ streams: 0, mostStreams: 2 })
})

test('a stream of a page that a service worker serves is told of', async () => {
  await using up = await setUp((request, response) => {
    if (request.url === '/events') openStream(response).write('data: 1\n\n')
    else response.writeHead(200, { 'content-type': 'text/html' }).end(html)
  })
  const host = new URL(up.proxy.url).host
  const streamOf = (page: string) =>
    rawClient(up.proxy.port, get('/events', { referer: `${up.proxy.url}${page}` }, host))
  using early = await streamOf('/early')
  await early.receives('data: 1')
  await ask(up.proxy)
  using usual = await streamOf('/')
  await usual.receives('data: 1')
  using routed = await streamOf('/changed-its-address')
  await routed.receives('data: 1')
  expect(up.failures).toMatchObject([{ page: `${up.proxy.url}/early`, reason: 'not-seen' }])
  await ask(up.proxy, '/sw.js', { 'sec-fetch-dest': 'serviceworker', 'service-worker': 'script' })
  using cached = await streamOf('/cached')
  await cached.receives('data: 1')
  expect(up.failures.slice(1)).toMatchObject([{ page: `${up.proxy.url}/cached`, reason: 'service-worker' }])
})

test('behind a forward proxy each origin gets the script on its own address', async () => {
  await using app = await startOrigin((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': "script-src 'self'" }).end(html)
  })
  await using proxy = await createProxy({ forward: true })
  const injection = await injectCoordinator(proxy)
  const host = new URL(app.url).host
  using page = await rawClient(proxy.port, get(`${app.url}/page?x`, { 'sec-fetch-dest': 'document' }, host))
  await page.receives(withTag.slice(-20))
  expect(page.text).toContain(tag)
  using script = await rawClient(
    proxy.port,
    get(`${app.url}/__sse-coord/coordinator.js`, { referer: `${app.url}/page` }, host),
  )
  await script.receives('document.currentScript?.remove()')
  expect(injection.snapshot().origins).toMatchObject([
    { origin: app.url, shared: { documents: 1, coordinators: 1 }, pages: [{ page: `${app.url}/page` }] },
  ])
  injection.close()
})

test('over HTTP/2 documents get the script as well', async () => {
  await using app = await startOrigin((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': "script-src 'self'" }).end(html)
  })
  await using proxy = await createProxy({ target: app.url, http2: true })
  const injection = await injectCoordinator(proxy)
  const session = connect(proxy.url, { rejectUnauthorized: false })
  const fetchText = (headers: Record<string, string>) =>
    new Promise<string>((resolve, reject) => {
      let text = ''
      const stream = session.request(headers).setEncoding('utf8')
      stream.on('data', (chunk: string) => {
        text += chunk
      })
      stream.on('error', reject)
      stream.on('end', () => resolve(text))
    })
  try {
    expect(await fetchText({ ':path': '/page', 'sec-fetch-dest': 'document' })).toBe(withTag)
    expect(await fetchText({ ':path': '/__sse-coord/coordinator.js' })).toContain('SharedEventSource')
    expect(injection.snapshot()).toMatchObject({ failures: [], origins: [{ origin: proxy.url }] })
  } finally {
    session.close()
    injection.close()
  }
})

test('other encodings of the body stay the page’s own matter', async () => {
  const packed = gzipSync(html)
  await using up = await setUp((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/gzip', 'content-encoding': 'gzip' }).end(packed)
  })
  expect(gunzipSync((await ask(up.proxy)).body).toString()).toBe(html)
})

test('closed, it leaves the proxy as it was', async () => {
  await using up = await setUp((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(html)
  })
  up.injection.close()
  expect((await ask(up.proxy)).text).toBe(html)
  expect((await ask(up.proxy, '/__sse-coord/coordinator.js')).text).toBe(html)
})
