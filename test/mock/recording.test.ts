import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { EventSource } from 'eventsource'
import { expect, onTestFinished, test } from 'vitest'
import type { MockOptions } from '../../src/mock/index.js'
import { get, rawClient } from '../proxy/support/raw-client.js'
import { open } from '../server/support/reader.js'
import { until } from '../server/support/until.js'
import { startMock } from './start-mock.js'

function file(name: string, text: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'sse-coord-recording-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(path.join(folder, name), text)
  return path.join(folder, name)
}

const lines = (...parts: unknown[]) => parts.map((part) => `${JSON.stringify(part)}\n`).join('')

const story = lines(
  { ssecast: 1, url: 'http://app.test/live' },
  {
    kind: 'open',
    connection: 1,
    at: 0,
    status: 200,
    headers: [
      ['Content-Type', 'text/event-stream'],
      ['X-App', 'yes'],
    ],
  },
  { kind: 'chunk', at: 10, text: 'retry: 5\n\nid: 1\ndata: a\n\n' },
  { kind: 'chunk', at: 60, text: 'id: 2\ndata: b\n\nid: 3\nda' },
  { kind: 'fault', at: 80, fault: 'cut' },
  {
    kind: 'open',
    connection: 2,
    at: 100,
    status: 200,
    headers: [['Content-Type', 'text/event-stream']],
    lastEventId: '2',
  },
  { kind: 'chunk', at: 110, text: 'id: 3\ndata: c\n\n' },
  { kind: 'end', at: 120 },
)

const start = (options: MockOptions) => startMock({ everyMs: false, ...options })

test('a recording is played byte for byte with its headers, and breaks where it broke', async () => {
  const mock = await start({ recording: file('story.ssecast', story) })
  using client = await rawClient(mock.port, get('/events'))
  await client.ended()
  expect(client.text).toContain('X-App: yes')
  expect(client.text).toMatch(/id: 2\ndata: b\n\nid: 3\nda\r\n$/)
})

test('a real EventSource lives through the whole story, and is answered by the connection of its last event ID', async () => {
  const mock = await start({ recording: file('story.ssecast', story), speed: 10 })
  const source = new EventSource(`${mock.url}/events`)
  onTestFinished(() => source.close())
  const seen: string[] = []
  source.onmessage = ({ data, lastEventId }) => seen.push(`${lastEventId}${data}`)
  await until(() => seen.length >= 3)
  expect(seen.slice(0, 3)).toEqual(['1a', '2b', '3c'])
})

test('a client that was not recorded resumes after its event; an id that is unknown begins at the start', async () => {
  const mock = await start({ recording: file('story.ssecast', story), speed: 10 })
  const after = await open(`${mock.url}/events`, { headers: { 'Last-Event-ID': '1' } })
  await until(() => after.ended)
  expect(after.text).toBe('id: 2\ndata: b\n\nid: 3\nda')
  const unknown = await open(`${mock.url}/events?lastEventId=9`)
  expect((await unknown.received(1))[0]?.data).toBe('a')
})

test('.sse files and HAR files of DevTools are played as well', async () => {
  const sse = await start({ recording: file('body.sse', 'id: 1\ndata: x\n\n') })
  expect((await (await open(`${sse.url}/events`)).received(1))[0]).toMatchObject({ id: '1', data: 'x' })
  const har = {
    log: {
      entries: [
        {
          startedDateTime: '2026-01-01T00:00:00.000Z',
          time: 10,
          request: { method: 'GET', url: 'http://app.test/live', headers: [] },
          response: {
            status: 200,
            headers: [{ name: 'content-type', value: 'text/event-stream' }],
            content: { mimeType: 'text/event-stream', text: 'data: y\n\n' },
          },
        },
      ],
    },
  }
  const mock = await start({ recording: file('page.har', JSON.stringify(har)) })
  expect((await (await open(`${mock.url}/events`)).received(1))[0]?.data).toBe('y')
})

test('clients are counted while they listen, faults act on a recording, and close ends it', async () => {
  const endless = lines(
    { ssecast: 1 },
    { kind: 'open', connection: 1, at: 0, status: 200, headers: [['content-type', 'text/event-stream']] },
    { kind: 'chunk', at: 1, text: 'data: x\n\ndata: y\n\n' },
    { kind: 'leave', at: 2 },
  )
  const mock = await start({ recording: file('endless.ssecast', endless), faults: ['close@event=1,connection=2'] })
  const reader = await open(`${mock.url}/events`)
  await reader.received(2)
  expect(mock.connections().channels.recording?.sessions).toBe(1)
  const faulted = await open(`${mock.url}/events`)
  await until(() => faulted.ended)
  expect(faulted.text).toBe('data: x\n\n')
  await until(() => mock.connections().channels.recording?.sessions === 1)
  await mock.close()
  await until(() => reader.ended && mock.connections().channels.recording?.sessions === 0)
})

test('a large recording waits for a client that does not read', async () => {
  const block = 'x'.repeat(65_536)
  const chunks = Array.from({ length: 200 }, () => ({ kind: 'chunk', at: 1, text: `data: ${block}\n\n` }))
  const big = lines(
    { ssecast: 1 },
    { kind: 'open', connection: 1, at: 0, status: 200, headers: [['content-type', 'text/event-stream']] },
    ...chunks,
    { kind: 'end', at: 2 },
  )
  const mock = await start({ recording: file('big.ssecast', big) })
  using client = await rawClient(mock.port, get('/events'))
  client.socket.pause()
  await new Promise((resolve) => setTimeout(resolve, 100))
  client.socket.resume()
  await client.receives('\r\n0\r\n\r\n')
  expect(client.text.length).toBeGreaterThan(200 * 65_536)
})

test('a hostile or truncated recording is refused with its line, before anything listens', async () => {
  await expect(start({ recording: file('bad.ssecast', `${story}{"kind": "chunk"\n{}\n`) })).rejects.toMatchObject({
    code: 'bad-recording',
    message: expect.stringMatching(/9/),
  })
  await expect(start({ recording: '/nowhere/at/all.ssecast' })).rejects.toThrow('there is no such file')
  await expect(start({ recording: file('a.sse', 'data: x\n\n'), speed: 0 })).rejects.toThrow('speed')
})

test('nothing can be published into a recording, and that is said', async () => {
  const mock = await startMock({ recording: file('story.ssecast', story) })
  const answer = await fetch(`${mock.url}/publish`, { method: 'POST', body: '{"data":1}' })
  expect(answer.status).toBe(409)
  expect(await answer.text()).toContain('A recording is played here')
})

test('a recording that is saved anew is played as it is then, and one that is broken as it was', async () => {
  const notes: string[] = []
  const name = file('live.sse', 'data: old\n\n: and no more\n\n')
  const mock = await start({ recording: name, onNote: (line) => notes.push(line) })
  const events = async () => {
    const reader = await open(`${mock.url}/events`)
    await until(() => reader.ended)
    return reader.events.map(({ data }) => data)
  }
  expect(await Promise.all([events(), events(), events()])).toEqual([['old'], ['old'], ['old']])
  writeFileSync(name, 'data: changed\n\ndata: twice\n\n')
  expect(await events()).toEqual(['changed', 'twice'])
  writeFileSync(name, '<html>')
  expect(await events()).toEqual(['changed', 'twice'])
  rmSync(name)
  expect(await events()).toEqual(['changed', 'twice'])
  writeFileSync(name, 'data: back\n\n')
  expect(await events()).toEqual(['back'])
  expect(await events()).toEqual(['back'])
  expect(notes).toEqual([
    `${name} has changed, and is played as it is now.`,
    expect.stringContaining(`${name} has changed, and is played as it was: ${name} holds no event stream`),
    expect.stringContaining('there is no such file'),
    `${name} has changed, and is played as it is now.`,
  ])
})
