import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type FollowOptions, record } from '../../src/follow/index.js'
import { createReplayStory, play, type Recording, readRecording } from '../../src/recording/index.js'
import { decodeLastEventId } from '../../src/sse/last-event-id.js'
import { serve, serveRaw, untilEmpty } from '../client/support/servers.js'

function temporary(name = 'a.ssecast'): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'sse-coord-test-'))
  onTestFinished(() => {
    chmodSync(folder, 0o700)
    rmSync(folder, { recursive: true })
  })
  return path.join(folder, name)
}

async function recordTo(url: URL | string, options: FollowOptions = {}): Promise<Recording & { text: string }> {
  const file = temporary()
  await record(url, { ...options, file })
  const bytes = readFileSync(file)
  return { ...readRecording(bytes), text: String(bytes) }
}

/** Plays a recording to whoever asks: what the mock does, in its smallest form. */
async function replayed(recording: Recording): Promise<URL> {
  const story = createReplayStory(recording)
  const server = createServer(async (request, response) => {
    const asked = request.headers['last-event-id']
    const replay = story.next(asked === undefined ? undefined : decodeLastEventId(String(asked)))
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    if (replay.head) response.writeHead(replay.head.status, replay.head.headers.flat()).flushHeaders()
    for await (const step of play(replay, { signal: gone.signal })) {
      if ('bytes' in step) response.write(step.bytes)
      else if ('end' in step) response.end()
      else if (step.fault === 'reset') request.socket.resetAndDestroy()
      else if (step.fault === 'cut') request.socket.destroySoon()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/events`)
}

/** The bytes of each connection. */
const bytesOf = ({ connections }: Recording) =>
  connections.map(({ chunks }) => Buffer.concat(chunks.map(({ bytes }) => bytes)).toString('latin1'))

test('recorded, replayed and recorded again, a story has the same bytes, ends and ids', async () => {
  const piece = (...bytes: (string | number)[]) =>
    Buffer.concat(bytes.map((one) => Buffer.from(typeof one === 'string' ? one : [one])))
  const script: { write: Buffer[]; fate: 'cut' | 'reset' | 'end' | 'refuse' | 204 }[] = [
    // In the middle of a euro sign, and with what is no UTF-8 at all.
    {
      write: [piece('retry: 1\n\nid: €1\ndata: ', 0xe2), piece(0x82, 0xac, '\n\n: hb\n\n', 0xff, '\n')],
      fate: 'cut',
    },
    { write: [], fate: 'refuse' },
    { write: [piece('id: 2\r\nda'), piece('ta: 2\r\n\r\n')], fate: 'reset' },
    { write: [piece('data: no id\r\r')], fate: 'end' },
    { write: [], fate: 204 },
  ]
  let turn = 0
  const served = await serve(async (request, response) => {
    const { write, fate } = script[turn++] ?? { write: [], fate: 204 }
    if (fate === 'refuse') return void request.socket.resetAndDestroy()
    if (fate === 204) return void response.writeHead(204).end()
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    for (const bytes of write) {
      await new Promise((resolve) => setTimeout(resolve, 15))
      response.write(bytes)
    }
    await new Promise((resolve) => setTimeout(resolve, 15))
    if (fate === 'end') response.end()
    else if (fate === 'cut') request.socket.destroySoon()
    else request.socket.resetAndDestroy()
  })
  const first = await recordTo(served.url)
  const second = await recordTo(await replayed(first))
  expect(bytesOf(first)).toEqual(script.map(({ write }) => Buffer.concat(write).toString('latin1')))
  expect(bytesOf(second)).toEqual(bytesOf(first))
  const fates = ({ connections }: Recording) =>
    connections.map(({ lastEventId, status, end }) => [lastEventId, status, end.kind])
  expect(fates(first)).toEqual([
    [null, 200, 'cut'],
    ['€1', 200, 'refuse'],
    ['€1', 200, 'reset'],
    ['2', 200, 'end'],
    ['2', 204, 'end'],
  ])
  expect(fates(second)).toEqual(fates(first))
})

test('secrets of the request and of the head stay out', async () => {
  const served = await serve((_request, response) => {
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'set-cookie': ['sid=hush; Path=/'],
      'x-session-token': 'hush',
    })
    response.write('data: 1\n\n')
  })
  const url = new URL(served.url)
  url.search = '?token=hush&room=1'
  url.username = 'hush'
  const { text, header } = await recordTo(url, { count: 1, headers: [['Authorization', 'Bearer hush']] })
  expect(text).not.toContain('hush')
  expect(header).toMatchObject({ ssecast: 1, method: 'GET', startedAt: expect.stringMatching(/^\d{4}-/) })
  expect(header.url).toMatch(/\?token=\*\*\*&room=1$/)
  expect(text).toContain('sid=***; Path=/')
})

test('each chunk is on disk before the next one comes', async () => {
  const file = temporary()
  let next = () => {}
  const served = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
    next = () => void response.write('data: 2\n\n')
  })
  const seen: number[] = []
  await record(served.url, {
    file,
    count: 2,
    onHappening({ kind }) {
      if (kind !== 'event') return
      seen.push(readRecording(readFileSync(file)).connections[0]?.chunks.length ?? 0)
      next()
    },
  })
  expect(seen).toEqual([1, 2])
  await untilEmpty(served)
})

test('a file that is there is left alone, unless that is wanted', async () => {
  const served = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
  })
  const file = temporary()
  writeFileSync(file, 'mine')
  await expect(record(served.url, { file, count: 1 })).rejects.toMatchObject({ code: 'cannot-write' })
  expect(readFileSync(file, 'utf8')).toBe('mine')
  expect(await record(served.url, { file, count: 1, force: true })).toMatchObject({ reason: 'count', events: 1 })
  expect(readRecording(readFileSync(file)).connections).toHaveLength(1)
  const nowhere = path.join(path.dirname(file), 'no', 'b.ssecast')
  await expect(record(served.url, { file: nowhere })).rejects.toThrow('its folder does not exist')
})

test('a request that cannot be sent leaves no file', async () => {
  const file = temporary()
  await expect(record('nowhere', { file })).rejects.toMatchObject({ code: 'bad-option' })
  expect(existsSync(file)).toBe(false)
})

test('an error page is recorded with its beginning', async () => {
  const served = await serve((_request, response) => {
    response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>bad gateway</h1>')
  })
  const { connections } = await recordTo(served.url)
  expect(connections).toMatchObject([{ status: 502, end: { kind: 'end' } }])
  expect(bytesOf({ connections } as Recording)).toEqual(['<h1>bad gateway</h1>'])
})

test('a server that never answers is a recording that never answers', async () => {
  const { url } = await serveRaw(() => {})
  const recording = await recordTo(url, { for: 60 })
  expect(recording.connections).toMatchObject([{ chunks: [], end: { kind: 'black-hole' } }])
  expect(createReplayStory(recording).next(undefined)).toMatchObject({ head: null })
})
