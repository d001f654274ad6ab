import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createProxy, recordStreams } from '../../src/proxy/index.js'
import { loadRecording } from '../../src/recording/index.js'
import { openStream, startOrigin } from './support/origin.js'
import { get, rawClient } from './support/raw-client.js'
import { until } from './support/until.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sse-coord-test-'))
})
afterEach(() => rm(folder, { recursive: true }))

const startApp = () =>
  startOrigin((request, response) => {
    const stream = openStream(response, { 'set-cookie': 'id=hush' })
    stream.write('id: 1\ndata: one\n\n')
    if (request.url?.startsWith('/ends')) stream.end('id: 2\ndata: two\n\n')
    if (request.url?.startsWith('/dies')) setTimeout(() => request.socket.destroy(), 30)
  })

test('a folder gets a file for each URL, with all its connections and how each ended', async () => {
  await using app = await startApp()
  await using proxy = await createProxy({ target: app.url })
  const recording = await recordStreams(proxy, { to: path.join(folder, 'new') })
  const visit = async (url: string, headers: Record<string, string> = {}) => {
    using client = await rawClient(proxy.port, get(url, headers))
    await client.receives('data: one')
    if (url.startsWith('/ends')) await client.receives('two')
    if (url.startsWith('/dies')) await client.ended()
    client.socket.destroy()
    await until(() => proxy.ledger.streams().every(({ closedAt }) => closedAt !== null))
  }
  await visit('/ends?token=hush')
  await visit('/ends?token=hush', { 'last-event-id': '1' })
  await visit('/dies')
  await visit('/stays')
  await recording.close()
  const names = await readdir(path.join(folder, 'new'))
  expect(names.sort()).toEqual(['app.test-dies.ssecast', 'app.test-ends-token.ssecast', 'app.test-stays.ssecast'])
  expect(recording.files.map((file) => path.basename(file)).sort()).toEqual(names)
  const load = (name: string) => loadRecording(path.join(folder, 'new', name))
  const ends = await load('app.test-ends-token.ssecast')
  expect(ends.header).toMatchObject({ url: 'http://app.test/ends?token=***', method: 'GET' })
  expect(ends.connections).toMatchObject([
    { status: 200, lastEventId: null, end: { kind: 'end' } },
    { status: 200, lastEventId: '1', end: { kind: 'end' } },
  ])
  expect(Buffer.concat(ends.connections[0]?.chunks.map(({ bytes }) => bytes) ?? []).toString()).toBe(
    'id: 1\ndata: one\n\nid: 2\ndata: two\n\n',
  )
  expect((await load('app.test-dies.ssecast')).connections).toMatchObject([{ end: { kind: 'cut' } }])
  expect((await load('app.test-stays.ssecast')).connections).toMatchObject([{ end: { kind: 'leave' } }])
  for (const name of names) expect(await readFile(path.join(folder, 'new', name), 'utf8')).not.toContain('hush')
})

test('a file gets the first URL, and what is still open when it ends', async () => {
  await using app = await startApp()
  await using proxy = await createProxy({ target: app.url })
  const file = path.join(folder, 'one.ssecast')
  const recording = await recordStreams(proxy, { to: file })
  using first = await rawClient(proxy.port, get('/stays'))
  await first.receives('one')
  using other = await rawClient(proxy.port, get('/other'))
  await other.receives('one')
  await recording.close()
  const { header, connections } = await loadRecording(file)
  expect(header.url).toBe('http://app.test/stays')
  expect(connections).toMatchObject([{ end: { kind: 'leave' } }])
})

test('a file that is there is left alone, and that is said once', async () => {
  await using app = await startApp()
  await using proxy = await createProxy({ target: app.url })
  const file = path.join(folder, 'one.ssecast')
  const first = await recordStreams(proxy, { to: file })
  using one = await rawClient(proxy.port, get('/stays'))
  await one.receives('one')
  await first.close()
  const before = await readFile(file, 'utf8')
  const notes: string[] = []
  const second = await recordStreams(proxy, { to: file, onNote: (line) => notes.push(line) })
  using two = await rawClient(proxy.port, get('/stays'))
  await two.receives('one')
  await until(() => notes.length > 0)
  await second.close()
  expect(notes).toEqual([expect.stringContaining('there is such a file already')])
  expect(await readFile(file, 'utf8')).toBe(before)
})
