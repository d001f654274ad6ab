import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { StreamSnapshot } from '../../src/evidence/ledger.js'
import { createProxy, recordStreams } from '../../src/proxy/index.js'
import { createStreamFile } from '../../src/proxy/record-file.js'
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

test('tabs that hold the same stream at the same time are recorded beside each other, and can be read again', async () => {
  await using app = await startApp()
  await using proxy = await createProxy({ target: app.url })
  const file = path.join(folder, 'tabs.ssecast')
  const recording = await recordStreams(proxy, { to: file, onNote: expect.unreachable })
  using first = await rawClient(proxy.port, get('/stays'))
  await first.receives('one')
  using second = await rawClient(proxy.port, get('/stays'))
  await second.receives('one')
  first.socket.destroy()
  await until(() => proxy.ledger.streams().some(({ closedAt }) => closedAt !== null))
  await recording.close()
  const { connections } = await loadRecording(file)
  expect(connections).toMatchObject([
    { chunks: [{}], end: { kind: 'leave' } },
    { chunks: [{}], end: { kind: 'leave' } },
  ])
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

test('a file that is there is left alone, and that is said before anything is recorded', async () => {
  await using proxy = await createProxy({ target: 'http://127.0.0.1:1' })
  const file = path.join(folder, 'one.ssecast')
  await writeFile(file, 'mine')
  await expect(recordStreams(proxy, { to: file })).rejects.toMatchObject({
    code: 'cannot-write',
    message: expect.stringContaining('there is such a file already'),
    hint: 'Name another file, or a folder.',
  })
  expect(await readFile(file, 'utf8')).toBe('mine')
})

test('a file that somebody else puts there meanwhile is left alone, said once, and not called a recording', async () => {
  await using app = await startApp()
  await using proxy = await createProxy({ target: app.url })
  const file = path.join(folder, 'one.ssecast')
  const notes: string[] = []
  const recording = await recordStreams(proxy, { to: file, onNote: (line) => notes.push(line) })
  await writeFile(file, 'theirs')
  using one = await rawClient(proxy.port, get('/stays'))
  await one.receives('one')
  await until(() => notes.length > 0)
  await recording.close()
  expect(notes).toEqual([expect.stringContaining('there is such a file already')])
  expect(await readFile(file, 'utf8')).toBe('theirs')
  expect(recording.files).toEqual([])
})

test('a folder that holds recordings of another run keeps them beside the new ones', async () => {
  await using app = await startApp()
  await using proxy = await createProxy({ target: app.url })
  for (const _run of [1, 2]) {
    const recording = await recordStreams(proxy, { to: folder, onNote: expect.unreachable })
    using client = await rawClient(proxy.port, get('/stays'))
    await client.receives('one')
    await recording.close()
    expect(recording.files).toHaveLength(1)
  }
  expect((await readdir(folder)).sort()).toEqual(['app.test-stays-2.ssecast', 'app.test-stays.ssecast'])
  for (const name of await readdir(folder)) {
    expect((await loadRecording(path.join(folder, name))).connections).toHaveLength(1)
  }
})

test('a file in the place of the folder is told in plain words', async () => {
  await using proxy = await createProxy({ target: 'http://127.0.0.1:1' })
  const file = path.join(folder, 'app.js')
  await writeFile(file, '')
  const words = `The recording cannot go to '${file}': a file is in the place of the folder.`
  await expect(recordStreams(proxy, { to: file })).rejects.toMatchObject({ code: 'cannot-write', message: words })
})

test('within a connection the time never goes back, whatever clock told it, and nothing follows its end', async () => {
  const name = path.join(folder, 'order.ssecast')
  const startedAt = Date.now()
  const file = createStreamFile(name, { url: 'http://app.test/', startedAt, onNote: expect.unreachable })
  const head = { status: 200, statusText: 'OK', headers: [] }
  const connection = file.open({ openedAt: startedAt } as StreamSnapshot, head)
  file.chunk(connection, Buffer.from('data: 1\n\n'), startedAt + 60_000.4)
  file.end(connection, null)
  file.chunk(connection, Buffer.from('data: too late\n\n'), startedAt + 60_001)
  const other = file.open({ openedAt: startedAt + 10 } as StreamSnapshot, head)
  file.chunk(other, Buffer.from('data: 2\n\n'), startedAt + 20)
  file.end(other, { closedAt: startedAt + 15, endedBy: 'server', isComplete: true } as StreamSnapshot)
  await file.close()
  const { connections } = await loadRecording(name)
  expect(connections).toMatchObject([
    { openedAtMs: 0, end: { kind: 'leave', atMs: 60_000.4 } },
    { openedAtMs: 10, end: { kind: 'end', atMs: 10 } },
  ])
})
