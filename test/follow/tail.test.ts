import type { IncomingMessage, ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { type FollowOptions, type TailHappening, tail } from '../../src/follow/index.js'
import { type Served, serve, serveRaw, untilEmpty } from '../client/support/servers.js'

/** All that happens, by kind. */
async function follow(served: Pick<Served, 'url'>, options: FollowOptions = {}) {
  const all: TailHappening[] = []
  for await (const happening of tail(served.url, options)) all.push(happening)
  type Of<Kind> = Extract<TailHappening, { kind: Kind }>
  const of = <Kind extends TailHappening['kind']>(kind: Kind) => all.filter((one) => one.kind === kind) as Of<Kind>[]
  return { all, of, kinds: all.map(({ kind }) => kind), stopped: of('stopped')[0] }
}

const stream = (response: ServerResponse, text: string) =>
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' }).write(text)

/** Answers the nth request with the nth of these. */
function inTurn(...answers: ((request: IncomingMessage, response: ServerResponse) => unknown)[]) {
  const requests: IncomingMessage[] = []
  const served = serve((request, response) => {
    const answer = answers[Math.min(requests.push(request), answers.length) - 1]
    answer?.(request, response)
  })
  return served.then((started) => ({ ...started, requests }))
}

test('events, comments and reconnection times come with what is known of them', async () => {
  const served = await inTurn((_request, response) => {
    stream(response, 'retry: 1500\n\n: hb\n\nid: 7\nevent: tick\ndata: hé\ndata: x\n\n')
    setTimeout(() => response.write('data: 2\n\n'), 80)
  })
  const { all, of, kinds } = await follow(served, { count: 2 })
  expect(kinds).toEqual(['connecting', 'open', 'retry', 'comment', 'event', 'event', 'stopped'])
  expect(of('retry')).toMatchObject([{ retryMs: 1500 }])
  expect(of('comment')).toMatchObject([{ text: 'hb' }])
  const [first, second] = of('event')
  expect(first).toMatchObject({ type: 'tick', id: '7', data: 'hé\nx', bytes: 5, gapMs: null, truncated: false })
  expect(second).toMatchObject({ type: 'message', id: null, data: '2', connection: 1 })
  expect(second?.gapMs).toBeCloseTo((second?.atMs ?? 0) - (first?.atMs ?? 0), 0)
  expect(of('stopped')).toMatchObject([{ reason: 'count', events: 2, comments: 1, bytes: 65 }])
  const times = all.map(({ atMs }) => atMs)
  expect(times).toEqual([...times].sort((one, other) => one - other))
  expect(JSON.parse(JSON.stringify(all))).toEqual(all)
  await untilEmpty(served)
})

test('it comes back as a browser does, with the last id in UTF-8 bytes, over cut, reset and refusal', async () => {
  const served = await inTurn(
    (_request, response) =>
      stream(response, 'retry: 1\nid: €1\ndata: 1\n\nid: half') && setTimeout(() => response.destroy(), 20),
    (_request, response) => response.socket?.resetAndDestroy(),
    (_request, response) => stream(response, 'id\ndata: 2\n\n') && response.end(),
    (_request, response) => response.writeHead(204).end(),
  )
  const { of, stopped } = await follow(served)
  const ids = served.requests.map(({ headers }) => headers['last-event-id'])
  expect(ids).toEqual([undefined, '\u00e2\u0082\u00ac1', '\u00e2\u0082\u00ac1', undefined])
  expect(of('connecting').map(({ lastEventId }) => lastEventId)).toEqual([null, '€1', '€1', null])
  expect(of('ended').map(({ how }) => how)).toEqual(['cut', 'end'])
  expect(of('failed')).toMatchObject([{ stage: 'headers', reason: 'ECONNRESET', connection: 2 }])
  expect(of('waiting').map(({ waitMs }) => waitMs)).toEqual([50, 50, 50])
  expect(stopped).toMatchObject({ reason: 'no-content', events: 2, connection: 4 })
})

test('where a browser gives up it gives up', async () => {
  const bad = await inTurn((_request, response) => response.writeHead(502).end('bad gateway'))
  expect((await follow(bad)).stopped).toMatchObject({
    reason: 'status',
    message: '502 is no stream: a browser gives up here.',
  })
  const html = await inTurn((_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end())
  expect((await follow(html)).stopped).toMatchObject({ reason: 'content-type' })
  const later = await inTurn(
    (_request, response) => stream(response, 'retry: 0\n\n') && response.end(),
    (_request, response) => response.writeHead(500).end(),
  )
  expect((await follow(later)).stopped).toMatchObject({ reason: 'status', connection: 2 })
  const closed = { url: new URL('http://127.0.0.1:1/') }
  expect((await follow(closed)).stopped).toMatchObject({ reason: 'no-answer' })
})

test('a redirect is shown, and kept to', async () => {
  const paths: (string | undefined)[] = []
  const served = await serve((request, response) => {
    paths.push(request.url)
    if (request.url === '/events') return response.writeHead(307, { location: '/moved?token=t' }).end()
    stream(response, 'retry: 1\ndata: 1\n\n')
    return response.end()
  })
  const { of } = await follow(served, { count: 2, headers: [['Authorization', 'Bearer s']] })
  expect(paths).toEqual(['/events', '/moved?token=t', '/moved?token=t'])
  expect(of('redirect')).toMatchObject([{ status: 307, to: `${served.url.origin}/moved?token=***` }])
  expect(of('open')[0]?.url).not.toContain('token=t')
})

test('a POST is not sent twice unasked', async () => {
  const served = await inTurn((_request, response) => stream(response, 'retry: 1\ndata: [DONE]\n\n') && response.end())
  const { stopped } = await follow(served, { body: '{}' })
  expect(stopped).toMatchObject({ reason: 'ended', events: 1 })
  expect(served.requests.map(({ method }) => method)).toEqual(['POST'])
  await follow(served, { body: '{}', reconnect: true, count: 2 })
  expect(served.requests).toHaveLength(3)
})

test('it stops by itself after a time, by the signal at any moment, and when it is left', async () => {
  const served = await inTurn((_request, response) => stream(response, 'retry: 60000\ndata: 1\n\n') && undefined)
  expect((await follow(served, { for: 60 })).stopped).toMatchObject({ reason: 'time', events: 1 })
  expect((await follow(served, { signal: AbortSignal.timeout(60) })).stopped).toMatchObject({ reason: 'aborted' })
  for await (const { kind } of tail(served.url)) if (kind === 'event') break
  await untilEmpty(served)

  const ended = await inTurn((_request, response) => stream(response, 'retry: 60000\n\n') && response.end())
  const waiting = await follow(ended, { for: 100 })
  expect(waiting.kinds.slice(-2)).toEqual(['waiting', 'stopped'])
  const mute = await serveRaw(() => {})
  const { stopped } = await follow(mute, { signal: AbortSignal.timeout(60) })
  expect(stopped).toMatchObject({ reason: 'aborted' })
  await untilEmpty(mute)
})

test('a server that takes the connection and never answers is told, and is no stream that ran its time', async () => {
  const mute = await serveRaw(() => {})
  const timed = await follow(mute, { for: 60 })
  expect(timed.kinds).toEqual(['connecting', 'failed', 'stopped'])
  expect(timed.of('failed')).toMatchObject([{ stage: 'headers', reason: null }])
  expect(timed.of('failed')[0]?.message).toMatch(/^http:\S+ had not answered after \d+ ms\.$/)
  expect(timed.stopped).toMatchObject({ reason: 'no-answer', message: timed.of('failed')[0]?.message })
  const left = await follow(mute, { signal: AbortSignal.timeout(60) })
  expect(left.kinds).toEqual(['connecting', 'failed', 'stopped'])

  const once = await inTurn(
    (_request, response) => stream(response, 'retry: 1\ndata: 1\n\n') && response.end(),
    () => {},
  )
  const later = await follow(once, { for: 300 })
  expect(later.kinds.slice(-3)).toEqual(['connecting', 'failed', 'stopped'])
  expect(later.stopped).toMatchObject({ reason: 'time', events: 1 })
})

test('a content encoding comes off, and one that is unknown or broken ends it', async () => {
  const encoded = (encoding: string, body: Uint8Array | string) =>
    inTurn((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': encoding }).write(body)
    })
  const good = await follow(await encoded('gzip', gzipSync('id: 1\ndata: 1\n\n')), { count: 1 })
  expect(good.of('event')).toMatchObject([{ id: '1', data: '1' }])
  const plain = await follow(await encoded('none', 'id: 2\ndata: 2\n\n'), { count: 1 })
  expect(plain.of('event')).toMatchObject([{ id: '2', data: '2' }])
  const unknown = await follow(await encoded('zstd', 'x'))
  expect(unknown.stopped).toMatchObject({ reason: 'encoding', message: expect.stringContaining('zstd') })
  const broken = await follow(await encoded('gzip', 'data: 1\n\n'))
  expect(broken.stopped).toMatchObject({ reason: 'encoding', message: expect.stringContaining('is not gzip') })
})

test('an endless event is kept within bounds and called that', async () => {
  const served = await inTurn((_request, response) => {
    stream(response, `data: ${'x'.repeat(5000)}`)
    response.end('xxx\n\n')
  })
  const { of } = await follow(served, { count: 1, maxDataLength: 1000 })
  expect(of('event')[0]?.truncated).toBe(true)
  expect(of('event')[0]?.data.length).toBeLessThan(12_000)
})

test('a name of a header that says where to begin counts as the option', async () => {
  const served = await inTurn((_request, response) => stream(response, 'data: 1\n\n') && undefined)
  await follow(served, { count: 1, headers: [['last-event-id', '41']] })
  expect(served.requests[0]?.rawHeaders.filter((name) => /last-event-id/i.test(name))).toEqual(['Last-Event-ID'])
})

test('options that make no sense are refused', async () => {
  const refused = (url: string, options: FollowOptions = {}) => expect(tail(url, options).next()).rejects
  await refused('nowhere').toMatchObject({ code: 'bad-option' })
  await refused('http://127.0.0.1:1/', { count: 0 }).toMatchObject({ code: 'bad-option' })
  await refused('http://127.0.0.1:1/', { for: 'soon' as never }).toMatchObject({ code: 'bad-option' })
})
