import { mkdtempSync, rmSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { run } from '../../src/cli/index.js'
import { serve, untilEmpty } from '../client/support/servers.js'
import { createProcess, type FakeProcess } from './fake-process.js'

const stream = (response: ServerResponse, text: string) =>
  response.writeHead(200, { 'content-type': 'text/event-stream' }).write(text)

const events = 'retry: 2000\n\n: hb\n\nid: 7\nevent: tick\ndata: {"a":1}\n\ndata: \u001b[31mred\u202e\n\n'

/** Times and ports differ from run to run. */
const plain = (text: string) =>
  text
    .replace(/^ *\d+\.\d{3}/gm, 'T')
    .replace(/:\d{4,5}\b/g, ':PORT')
    .replace(/(<1|\b[\d.]+) m?s\b/g, 'D')
    .replace(/\+D/g, '+D')

test('each event is a line, safe for a terminal, and the last line sums up', async () => {
  const served = await serve((_request, response) => stream(response, events))
  const process = createProcess(['tail', `${served.url}?token=hush`, '--count', '2', '--bearer-env', 'T'], {
    env: { LANG: 'C.UTF-8', T: 'hush' },
  })
  expect(await run(process)).toBe(0)
  expect(plain(process.stdout.text)).toMatchInlineSnapshot(`
    "T  › GET http://127.0.0.1:PORT/events?token=***
    T  ✓ 200 text/event-stream · HTTP/1.1 · 127.0.0.1 · head after D
    T  retry: D
    T  : hb
    T            tick      id 7          7 B  {"a":1}
    T     +D  message                11 B  \\x1b[31mred\\u202e
    2 events came, as many as were asked for.
    2 events · 1 comment · 71 B · 1 connection · D
    "
  `)
  expect(process.stdout.text).not.toContain('hush')
  expect(process.stderr.text).toBe('')
})

test('on a terminal data is cut to the width, in a pipe it is whole', async () => {
  const served = await serve((_request, response) => stream(response, `data: ${'日本'.repeat(200)}\n\n`))
  const args = ['tail', String(served.url), '--count', '1', '--no-color']
  const screen = createProcess(args, { tty: true })
  await run(screen)
  const line = screen.stdout.text.split('\n').find((text) => text.includes('日本'))
  expect(line?.endsWith('…')).toBe(true)
  expect(line?.replace(/[^\x00-\x7f…]/g, 'xx').length).toBeLessThanOrEqual(80)
  const pipe = createProcess(args)
  await run(pipe)
  expect(pipe.stdout.text).toContain('日本'.repeat(200))
  expect(pipe.stdout.text).toContain('1 event came, as many as was asked for.')
})

test('--json writes one document per line', async () => {
  const served = await serve((_request, response) => stream(response, events))
  const process = createProcess(['tail', String(served.url), '-n', '2', '--json'])
  expect(await run(process)).toBe(0)
  const lines = process.stdout.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines.map(({ kind }) => kind)).toEqual(['connecting', 'open', 'retry', 'comment', 'event', 'event', 'stopped'])
  expect(lines.at(-2)).toMatchObject({ data: '\u001b[31mred\u202e', type: 'message', id: null })
})

test('what a browser would give up on exits with 1, and says what to do', async () => {
  const served = await serve((_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end())
  const process = createProcess(['tail', String(served.url)])
  expect(await run(process)).toBe(1)
  expect(process.stdout.text).toContain('The server has to send Content-Type: text/event-stream.')
  const nobody = createProcess(['tail', 'localhost:1'])
  expect(await run(nobody)).toBe(1)
  expect(nobody.stdout.text).toContain('refused the connection')
})

test('a stream that is open and shows nothing is explained once on standard error, by record too', async () => {
  const served = await serve((_request, response) => stream(response, 'data: 1\ndata: 2\n'))
  const folder = mkdtempSync(path.join(os.tmpdir(), 'sse-coord-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const common = [String(served.url), '--no-color']
  const [shown, json] = [createProcess(['tail', ...common]), createProcess(['tail', ...common, '--json'])]
  const recorded = createProcess(['record', ...common, '-o', path.join(folder, 'a.ssecast')])
  const toldThenEnded = async (process: FakeProcess) => {
    const done = run(process)
    while (!process.stderr.text.includes('Find out')) await new Promise((resolve) => setTimeout(resolve, 20))
    process.emit('SIGINT')
    return done
  }
  expect(await Promise.all([shown, json, recorded].map(toldThenEnded))).toEqual([130, 130, 130])
  const words =
    '! Open for D, 16 bytes in 2 lines came, and no event. A blank line ends an event, and until it comes a browser ' +
    `waits, too.\n  Find out why with: npx sse-coord doctor ${served.url}\n`
  expect([shown, json].map(({ stderr }) => stderr.text.replace(/[\d.]+ s/, 'D'))).toEqual([words, words])
  expect(recorded.stderr.text.replace(/Open for [\d.]+ s/, 'Open for D')).toContain(words)
  for (const line of json.stdout.text.trimEnd().split('\n')) JSON.parse(line)
})

test('Ctrl-C ends it with the summary and 130', async () => {
  const served = await serve((_request, response) => stream(response, events))
  const process = createProcess(['tail', String(served.url)])
  const done = run(process)
  while (!process.stdout.text.includes('red')) await new Promise((resolve) => setTimeout(resolve, 5))
  process.emit('SIGINT')
  expect(await done).toBe(130)
  expect(process.stdout.text).toMatch(/2 events · 1 comment · \d+ B · 1 connection · .*\n$/)
  await untilEmpty(served)
})

test('a reader of the pipe that leaves ends it quietly', async () => {
  const served = await serve((_request, response) => stream(response, events))
  const process = createProcess(['tail', String(served.url)])
  process.stdout.failure = Object.assign(new Error('closed'), { code: 'EPIPE' })
  expect(await run(process)).toBe(0)
  await untilEmpty(served)
})

test('a URL that is none, and options that do not fit, exit with 2', async () => {
  for (const args of [
    ['ftp://x/'],
    ['http://'],
    ['localhost:3000', '--for', '20'],
    ['localhost:3000', '--count', '0'],
    [],
  ]) {
    const process = createProcess(['tail', ...args])
    expect(await run(process), args.join(' ')).toBe(2)
    expect(process.stderr.text.trimEnd().split('\n')).toHaveLength(1)
  }
})

test('a second argument is one too many', async () => {
  for (const name of ['tail', 'record', 'proxy']) {
    const process = createProcess([name, 'http://localhost:1', 'http://localhost:2'])
    expect(await run(process)).toBe(2)
    const words = `sse-coord ${name} takes one argument, and 'http://localhost:2' is one too many.\n`
    expect(process.stderr.text).toBe(words)
  }
})
