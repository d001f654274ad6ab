import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { run } from '../../src/cli/index.js'
import { open } from '../server/support/reader.js'
import { until } from '../server/support/until.js'
import { createProcess } from './fake-process.js'

const unicode = { LANG: 'C.UTF-8', TERM: 'xterm' }

/** Runs `mock` until the test ends or interrupts it. */
function start(args: string[], options: Parameters<typeof createProcess>[1] = {}) {
  const process = createProcess(['mock', '--port', '0', ...args], { env: unicode, ...options })
  const done = run(process)
  const listening = async () => {
    await until(() => /stream +\S+/.test(process.stdout.text) || process.stderr.text !== '', 45_000)
    return /stream +(\S+)/.exec(process.stdout.text)?.[1] ?? ''
  }
  return { process, done, listening }
}

test('it says where it is and what to type, serves, and Ctrl-C ends it with 130 and nothing left', async () => {
  const { process, done, listening } = start(['--rate', '200', '--fault', 'drop-event@event=1000'])
  const url = await listening()
  const base = new URL(url).origin
  expect(process.stdout.text).toContain(`curl -N ${url}`)
  expect(process.stdout.text).toMatch(/on +drop-event@event=1000/)
  const reader = await open(url)
  await reader.received(3)
  const token = /Bearer (\S+)'/.exec(process.stdout.text)?.[1]
  const switched = await fetch(`${base}/faults`, {
    method: 'POST',
    body: 'status:503',
    headers: { authorization: `Bearer ${token}` },
  })
  expect(switched.status).toBe(200)
  process.emit('SIGINT')
  expect(await done).toBe(130)
  await until(() => reader.ended)
  await expect(fetch(base)).rejects.toThrow()
  expect([process.listenerCount('SIGINT'), process.stderr.text]).toEqual([0, ''])
})

test('Ctrl-C is heard as soon as it says that it is there', async () => {
  const { process, done } = start([])
  const { stdout } = process
  const write = stdout.write.bind(stdout)
  stdout.write = (text, then) => {
    const isTaken = write(text, then)
    process.emit('SIGINT')
    return isTaken
  }
  expect(await done).toBe(130)
})

test('a terminal shows how many clients there are, and the line is wiped at the end', async () => {
  const { process, done, listening } = start(['--fault', 'latency', '--no-color'], { tty: true })
  await open(await listening())
  await until(() => process.stderr.text.includes('1 client · '))
  expect(process.stderr.text).toContain('1 fault on')
  process.emit('SIGINT')
  expect(await done).toBe(130)
  expect(process.stderr.text.endsWith('\r\u001b[K')).toBe(true)
})

test('the options arrive', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'sse-coord-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const payload = path.join(folder, 'events.ndjson')
  writeFileSync(payload, '{"line":1,"t":"{{topic}}"}\n{"line":2,"t":"{{topic}}"}\n')
  const { process, done, listening } = start(
    ['--rate', '100', '--event', 'x,y', '--topics', 'a,b', '--payload-file', payload, '--retry', '7ms'].concat([
      '--path',
      '/live',
      '--cors',
      'https://app.test',
      '--keep-alive',
      '1h',
    ]),
  )
  const url = await listening()
  expect(new URL(url).pathname).toBe('/live')
  const reader = await open(`${url}?topics=b`, { headers: { Origin: 'https://app.test' } })
  await reader.received(2)
  expect(reader.headers['access-control-allow-origin']).toBe('https://app.test')
  expect(reader.retry).toBe(7)
  expect(reader.events[0]).toMatchObject({ event: 'y', data: '{"line":2,"t":"b"}' })
  process.emit('SIGINT')
  expect(await done).toBe(130)
})

test('a recording is played, at its speed', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'sse-coord-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = path.join(folder, 'body.sse')
  writeFileSync(file, 'id: 1\ndata: from the file\n\n')
  const { process, done, listening } = start([file, '--speed', '10'])
  const reader = await open(await listening())
  expect((await reader.received(1))[0]?.data).toBe('from the file')
  expect(process.stdout.text).toContain('body.sse')
  process.emit('SIGINT')
  expect(await done).toBe(130)
})

test('help fits 80 columns and has two examples', async () => {
  const process = createProcess(['mock', '--help'])
  expect(await run(process)).toBe(0)
  const { text } = process.stdout
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  expect(text.match(/\$ sse-coord mock/g)).toHaveLength(2)
})

test('--list-faults names every fault within 80 columns', async () => {
  const process = createProcess(['mock', '--list-faults'])
  expect(await run(process)).toBe(0)
  expect(process.stdout.text).toMatch(/^ {2}cut +FIN in the middle of an event$/m)
  expect(process.stdout.text.split('\n').every((line) => line.length <= 80)).toBe(true)
})

test('a taken port is one sentence and 2', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const process = createProcess(['mock', '--port', String(port)])
  expect(await run(process)).toBe(2)
  expect(process.stdout.text).toBe('')
  expect(process.stderr.text).toContain(`Port ${port} on 127.0.0.1 is taken`)
})

test.each([
  [['--fault', 'latncy'], 'Did you mean latency?'],
  [['--rate', 'x'], '--rate takes a number from 0 to 100000'],
  [['--retry', '5s..1s'], '--retry takes a duration or two'],
  [['--keep-alive', '15'], '--keep-alive takes a duration with its unit'],
  [['--profile', 'lmm'], 'did you mean llm?'],
  [['--payload', '{{sek}}'], 'did you mean seq?'],
  [['--payload-file', 'nowhere.json'], 'there is no such file'],
  [['--path', 'events'], 'begins with /'],
  [['--path', '/publish'], 'the mock’s own'],
  [['--cors', 'app.test'], 'An origin is a scheme and a host'],
  [['nowhere.ssecast'], 'there is no such file'],
  [['a', 'b'], 'mock takes one file'],
  [['--topics', 'a,,b'], '--topics takes words'],
])('%j is refused with 2: %s', async (args, words) => {
  const process = createProcess(['mock', '--port', '0', ...args], { env: unicode })
  expect(await run(process)).toBe(2)
  expect(process.stderr.text).toContain(words)
  expect(process.stdout.text).toBe('')
})

test.each([
  [['--tokens', '3'], '--tokens does nothing without --profile llm.'],
  [['--speed', '2'], '--speed does nothing without a recording.'],
  [['--profile', 'llm', '--rate', '3'], '--rate does nothing with --profile llm.'],
  [['--profile', 'mcp', '--payload', 'x'], '--payload does nothing with --profile mcp.'],
  [['demo.ssecast', '--no-keep-alive'], '--no-keep-alive does nothing with a recording.'],
  [['demo.ssecast', '--tokens-per-second', '3'], '--tokens-per-second does nothing without --profile llm.'],
])('what would do nothing is refused: %j', async (args, words) => {
  const process = createProcess(['mock', '--port', '0', ...args])
  expect(await run(process)).toBe(2)
  expect(process.stderr.text).toBe(`${words}\n`)
})

test('addresses of other machines are named where these are listened on, and only there', async () => {
  for (const [host, isOpen] of [
    ['localhost', false],
    ['0.0.0.0', true],
  ] as const) {
    const { process, done, listening } = start(['--host', host])
    expect(await listening()).toMatch(/^http:\/\/localhost:/)
    const others = Object.values(os.networkInterfaces())
      .flat()
      .filter((one) => one && !one.internal && one.family === 'IPv4')
    expect(process.stdout.text.match(/^ +also /gm)?.length ?? 0).toBe(isOpen ? others.length : 0)
    process.emit('SIGINT')
    expect(await done).toBe(130)
  }
})

test('why an address cannot be listened on is said in plain words', async () => {
  for (const [host, words, hint] of [
    [
      'host.invalid',
      'cannot listen on host.invalid, port 0: that name has no address.',
      'A name or address of this machine',
    ],
    [
      '198.51.100.7',
      'cannot listen on 198.51.100.7, port 0: it is no address of this machine.',
      'A name or address of this machine',
    ],
  ] as const) {
    const process = createProcess(['mock', '--port', '0', '--host', host])
    expect(await run(process)).toBe(2)
    expect(process.stderr.text).toContain(words)
    expect(process.stderr.text).toContain(hint)
  }
})

test('a folder in the place of a file is called one', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'sse-coord-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [args, words] of [
    [['--payload-file', folder], `The payload '${folder}' cannot be read: it is a folder.`],
    [[folder], `'${folder}' cannot be read: it is a folder.`],
  ] as const) {
    const process = createProcess(['mock', '--port', '0', ...args])
    expect(await run(process)).toBe(2)
    expect(process.stderr.text).toContain(words)
  }
})
