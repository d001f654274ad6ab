import { EventEmitter } from 'node:events'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { run } from '../../src/cli/index.js'
import { harName } from '../../src/cli/live/har-file.js'
import type { CliInput } from '../../src/cli/process.js'
import type { Har } from '../../src/index.js'
import { openStream, startOrigin } from '../proxy/support/origin.js'
import { get, rawClient } from '../proxy/support/raw-client.js'
import { until } from '../proxy/support/until.js'
import { createProcess } from './fake-process.js'

const startApp = () =>
  startOrigin((_request, response) => void openStream(response).write('id: 7\ndata: secret-data\n\n'))

/** Runs `sse-coord proxy` on any free port, without a dashboard. */
function start(args: string[], options: Parameters<typeof createProcess>[1] = {}) {
  const process = createProcess(['proxy', '--port', '0', '--no-dashboard', ...args], options)
  let code: number | undefined
  const ended = run(process).then((given) => {
    code = given
    return given
  })
  const port = async (): Promise<number> => {
    const found = () => /127\.0\.0\.1:(\d+)/.exec(process.stdout.text + process.stderr.text)?.[1]
    await until(() => found() !== undefined || code !== undefined)
    return Number(found())
  }
  return { process, ended, port }
}

function createKeyboard(): CliInput & { press(text: string): void; modes: boolean[] } {
  const events = new EventEmitter()
  const modes: boolean[] = []
  return {
    isTTY: true,
    modes,
    setRawMode: (on: boolean) => modes.push(on),
    on: (event, listener) => events.on(event, listener),
    off: (event, listener) => events.off(event, listener),
    resume() {},
    pause() {},
    press: (text) => void events.emit('data', Buffer.from(text)),
  }
}

test('what happens is written as lines, and Ctrl-C ends with a summary and 130', async () => {
  await using app = await startApp()
  const { process, ended, port } = start([app.url])
  const clients = []
  for (let count = 1; count <= 6; count++) {
    const client = await rawClient(await port(), get(`/events?token=hush${count}`, { referer: 'http://app.test/page' }))
    await client.receives('data:')
    clients.push(client)
  }
  await until(() => process.stdout.text.includes('limit reached'))
  clients[0]?.socket.destroy()
  await until(() => process.stdout.text.includes('#1 closed'))
  process.emit('SIGINT')
  expect(await ended).toBe(130)
  for (const client of clients) await client.ended()
  const { text } = process.stdout
  expect(text).toContain(`→ ${app.url}`)
  expect(text).toContain('#1 opened /events?token=*** from /page')
  expect(text).toContain('app.test: 6 of 6 held by streams: the next request waits')
  expect(text).toContain('6 requests · 6 streams · 6 events')
  expect(text).toContain('app.test: streams held all 6 connections 1 time')
  expect(text).not.toContain('hush')
  expect(text).not.toContain('\u001b')
})

test('--json writes one object a line for each thing that happens, and no data', async () => {
  await using app = await startApp()
  const { process, ended, port } = start([app.url, '--json', '--seed', '5'])
  using client = await rawClient(await port(), get('/events?token=hush'))
  await client.receives('data:')
  process.emit('SIGTERM')
  expect(await ended).toBe(130)
  const lines = process.stdout.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines[0]).toMatchObject({ type: 'started', target: `${app.url}/`, seed: 5 })
  expect(lines.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['socket-opened', 'request-started', 'stream-opened', 'stream-event', 'ended']),
  )
  expect(lines.find(({ type }) => type === 'stream-event')).toMatchObject({ stream: 1, id: '7', eventType: 'message' })
  expect(process.stdout.text).not.toMatch(/hush|secret-data/)
})

test('a HAR file is written at the end, with events and without secrets', async () => {
  await using app = await startApp()
  const folder = await mkdtemp(path.join(os.tmpdir(), 'sse-coord-test-'))
  const file = path.join(folder, 'proxy.har')
  const { process, ended, port } = start([app.url, '--har', file])
  using client = await rawClient(await port(), get('/events?token=hush', { cookie: 'id=hush', authorization: 'hush' }))
  await client.receives('data:')
  process.emit('SIGINT')
  expect(await ended).toBe(130)
  const text = await readFile(file, 'utf8')
  await rm(folder, { recursive: true })
  expect(text).not.toContain('hush')
  expect((JSON.parse(text) as Har).log.entries).toMatchObject([
    {
      request: { method: 'GET', url: 'http://app.test/events?token=***' },
      response: { status: 200, content: { mimeType: 'text/event-stream' } },
      _eventSourceMessages: [{ eventName: 'message', eventId: '7', data: 'secret-data' }],
    },
  ])
  expect(process.stdout.text).toContain('HAR written to')
})

test('a terminal is drawn on, keys switch faults and injection, and q ends with 0', async () => {
  await using app = await startApp()
  const keyboard = createKeyboard()
  const process = Object.assign(createProcess(['proxy', app.url, '--port', '0', '--no-dashboard'], { tty: true }), {
    stdin: keyboard,
  })
  const ended = run(process)
  const shows = (words: string) => until(() => process.stdout.text.includes(words))
  await shows('no request yet')
  await shows('q quit · f faults · i inject: off')
  expect(keyboard.modes).toEqual([true])
  keyboard.press('i')
  await shows('inject: on')
  keyboard.press('f')
  for (const key of 'statuss\u007f:503') keyboard.press(key)
  await shows('status:503_')
  keyboard.press('\r')
  await shows('faults: 1 status:503')
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(process.stdout.text)?.[1])
  expect((await fetch(`http://127.0.0.1:${port}`, { headers: { accept: 'text/event-stream' } })).status).toBe(503)
  keyboard.press('f')
  for (const key of 'latncy\r') keyboard.press(key)
  await shows('Did you mean latency?')
  keyboard.press('\u001b[A') // an arrow is no escape
  keyboard.press('f')
  for (const key of '-1\r') keyboard.press(key)
  await until(() => (process.stdout.text.split('faults: ').at(-1) ?? '').startsWith('none'))
  keyboard.press('q')
  expect(await ended).toBe(0)
  expect(keyboard.modes).toEqual([true, false])
  expect(process.stdout.text.split('\u001b[?25h')).toHaveLength(2)
  expect(process.listenerCount('exit')).toBe(0)
})

test('the key h writes a HAR file while the proxy runs, and says where, or why it cannot', async () => {
  await using app = await startApp()
  const folder = await mkdtemp(path.join(os.tmpdir(), 'sse-coord-'))
  const file = path.join(folder, 'now.har')
  const keyboard = createKeyboard()
  const args = ['proxy', app.url, '--port', '0', '--no-dashboard', '--har', file]
  const process = Object.assign(createProcess(args, { tty: true }), { stdin: keyboard })
  const ended = run(process)
  const shows = (words: string) => until(() => process.stdout.text.includes(words))
  await shows('h HAR')
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(process.stdout.text)?.[1])
  using client = await rawClient(port, get('/events'))
  await client.receives('secret-data')
  keyboard.press('h')
  await shows(`HAR written to ${file}`)
  const { log } = JSON.parse(await readFile(file, 'utf8')) as Har
  expect(log.entries).toMatchObject([
    { comment: 'It was still open.', _eventSourceMessages: [{ data: 'secret-data' }] },
  ])
  await rm(folder, { recursive: true })
  keyboard.press('h')
  await shows('its folder does not exist')
  await mkdir(folder)
  keyboard.press('q')
  expect(await ended).toBe(0)
  await rm(folder, { recursive: true })
  expect(harName(new Date(0))).toBe('sse-coord-1970-01-01T00-00-00.har')
})

test('Ctrl-C as a key ends with 130, and the terminal is as it was', async () => {
  const keyboard = createKeyboard()
  const process = Object.assign(
    createProcess(['proxy', 'http://127.0.0.1:1', '--port', '0', '--no-dashboard'], { tty: true }),
    { stdin: keyboard },
  )
  const ended = run(process)
  await until(() => process.stdout.text.includes('It may start later.'))
  keyboard.press('\u0003')
  expect(await ended).toBe(130)
  expect(keyboard.modes).toEqual([true, false])
  expect(process.stdout.text).toContain('Nothing listens there')
})

test('a target that is dead at the start is a warning', async () => {
  const { process, ended } = start(['http://127.0.0.1:1'])
  await until(() => process.stdout.text.includes('It may start later.'))
  process.emit('SIGINT')
  expect(await ended).toBe(130)
  expect(process.stdout.text).toContain('No request came.')
})

test('forward mode says what it is', async () => {
  const { process, ended, port } = start(['--forward'])
  expect(await port()).toBeGreaterThan(0)
  expect(process.stdout.text).toContain('forward proxy at http://127.0.0.1:')
  process.emit('SIGINT')
  expect(await ended).toBe(130)
})

test('an app on this machine needs no scheme', async () => {
  await using app = await startApp()
  const { process, ended, port } = start([`localhost:${app.port}`])
  const client = await rawClient(await port(), get('/events'))
  await client.receives('id: 7')
  process.emit('SIGINT')
  expect(await ended).toBe(130)
})

test.each([
  [[], 'proxy needs the address of your app, or --forward.'],
  [['app.test:3000'], 'Did you mean http://app.test:3000 ?'],
  [['http://localhost:3000', '--forward'], 'either a target or forward mode'],
  [['http://localhost:3000', '--fault', 'idel-cut'], 'Did you mean idle-cut?'],
  [['http://localhost:3000', '--fault', 'cut@evnt=3'], 'did you mean event?'],
  [['http://localhost:3000', '--emulate-limit', '0'], '--emulate-limit takes a whole number from 1 to 1000'],
  [['http://localhost:3000', '--inject', 'coordnator'], 'did you mean coordinator?'],
  [['http://localhost:3000', '--max-body', '5'], '--max-body takes a size with its unit'],
  [['http://localhost:3000', '--har', '/nowhere/x.har'], 'its folder does not exist'],
  [['http://localhost:3000', '--http3'], 'did you mean --http2?'],
  [['--forward', '--http2'], 'HTTP/2 needs a target'],
])('%j is refused with a sentence', async (args, words) => {
  const { process, ended } = start(args)
  expect(await ended).toBe(2)
  expect(process.stderr.text).toContain(words)
  expect(process.stderr.text).not.toContain('    at ')
  expect(process.stdout.text).toBe('')
})

test('a port that is taken, and a target that is the proxy itself, are told in a sentence', async () => {
  await using app = await startApp()
  const taken = createProcess(['proxy', 'http://localhost:1', '--port', String(app.port), '--no-dashboard'])
  expect(await run(taken)).toBe(2)
  expect(taken.stderr.text).toContain(`Port ${app.port} on 127.0.0.1 is taken`)
  const itself = createProcess(['proxy', 'http://localhost:45123', '--port', '45123', '--no-dashboard'])
  expect(await run(itself)).toBe(2)
  expect(itself.stderr.text).toContain('own address')
})

test('help fits 80 columns and has two examples', async () => {
  const process = createProcess(['proxy', '--help'])
  expect(await run(process)).toBe(0)
  const { text } = process.stdout
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  expect(text.match(/\$ sse-coord proxy/g)?.length).toBeGreaterThanOrEqual(2)
})

test('the short options are those of the mock', async () => {
  await using app = await startApp()
  const process = createProcess(['proxy', app.url, '-p', '0', '-f', 'status:503', '--no-dashboard'])
  const ended = run(process)
  await until(() => process.stdout.text.includes('→') || process.stderr.text !== '')
  const url = /http:\S+/.exec(process.stdout.text)?.[0] ?? ''
  expect((await fetch(url, { headers: { accept: 'text/event-stream' } })).status).toBe(503)
  process.emit('SIGINT')
  expect(await ended).toBe(130)
})

test('--list-faults names every fault, and where one can be put', async () => {
  const process = createProcess(['proxy', '--list-faults'])
  expect(await run(process)).toBe(0)
  expect(process.stdout.text).toMatch(/^ {2}cut +FIN in the middle of an event$/m)
  expect(process.stdout.text).toMatch(/^ {2}client=/m)
  expect(process.stdout.text.split('\n').every((line) => line.length <= 80)).toBe(true)
})
