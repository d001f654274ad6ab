import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { run } from '../../src/cli/index.js'
import { readRecording } from '../../src/recording/index.js'
import { serve, untilEmpty } from '../client/support/servers.js'
import { createProcess } from './fake-process.js'

function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'sse-coord-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

const stream = (response: ServerResponse, text: string) =>
  response.writeHead(200, { 'content-type': 'text/event-stream' }).write(text)

test('a stream goes to the file, what happens to standard error, nothing to standard output', async () => {
  const served = await serve((_request, response) => stream(response, 'id: 1\ndata: hush\n\ndata: 2\n\n'))
  const file = path.join(temporaryFolder(), 'demo.ssecast')
  const process = createProcess(['record', String(served.url), '-o', file, '--count', '2'])
  expect(await run(process)).toBe(0)
  expect(process.stdout.text).toBe('')
  expect(process.stderr.text).toMatch(/GET http.*\n.*200 text\/event-stream.*\n2 events came.*\n2 events · .*\n/)
  expect(process.stderr.text).toContain(`Replay it with: npx sse-coord mock ${file}`)
  expect(process.stderr.text).not.toContain('hush')
  expect(readRecording(readFileSync(file)).connections).toMatchObject([{ status: 200, end: { kind: 'leave' } }])
})

test('Ctrl-C leaves a whole file, and 130', async () => {
  const served = await serve((_request, response) => stream(response, 'data: 1\n\n'))
  const file = path.join(temporaryFolder(), 'demo.ssecast')
  const process = createProcess(['record', String(served.url), '-o', file], {
    tty: true,
    env: { LANG: 'C.UTF-8', TERM: 'xterm' },
  })
  const done = run(process)
  while (!process.stderr.text.includes('1 event')) await new Promise((resolve) => setTimeout(resolve, 10))
  process.emit('SIGINT')
  expect(await done).toBe(130)
  const text = readFileSync(file, 'utf8')
  expect(text.endsWith('\n')).toBe(true)
  expect(text.trimEnd().split('\n').at(-1)).toContain('"kind":"leave"')
  expect(process.listenerCount('SIGINT')).toBe(0)
  await untilEmpty(served)
})

test('a file that is there is kept, unless --force is given', async () => {
  const served = await serve((_request, response) => stream(response, 'data: 1\n\n'))
  const file = path.join(temporaryFolder(), 'demo.ssecast')
  writeFileSync(file, 'mine')
  const kept = createProcess(['record', String(served.url), '-o', file, '-n', '1'])
  expect(await run(kept)).toBe(2)
  expect(kept.stderr.text).toContain('--force')
  expect(readFileSync(file, 'utf8')).toBe('mine')
  expect(await run(createProcess(['record', String(served.url), '-o', file, '-n', '1', '--force']))).toBe(0)
})

test('files are converted, and what is wrong with one is said with its line', async () => {
  const folder = temporaryFolder()
  const at = (name: string) => path.join(folder, name)
  const body = 'retry: 10\n\nid: 1\ndata: 1\n\n'
  writeFileSync(at('a.sse'), body)
  const converted = createProcess(['record', at('a.sse'), '-o', at('a.ssecast')])
  expect(await run(converted)).toBe(0)
  expect(converted.stderr.text).toContain('1 connection, 26 bytes of streams.')
  expect(await run(createProcess(['record', at('a.ssecast'), '-o', at('b.sse')]))).toBe(0)
  expect(readFileSync(at('b.sse'), 'utf8')).toBe(body)

  writeFileSync(at('bad.ssecast'), '{"ssecast":1}\n{"at":1,"kind":"end"}\n{"at":2,"kind":"end"}\n')
  const bad = createProcess(['record', at('bad.ssecast'), '-o', at('c.sse')])
  expect(await run(bad)).toBe(2)
  expect(bad.stderr.text).toContain(`${at('bad.ssecast')}:3: comes after the end of its connection.`)
  expect(existsSync(at('c.sse'))).toBe(false)
  for (const args of [['missing.har', '-o', at('d.ssecast')], [at('a.sse')], ['localhost:1', '-o', at('d.sse')]]) {
    expect(await run(createProcess(['record', ...args])), args.join(' ')).toBe(2)
  }
})

test('a stream that cannot be had exits with 1', async () => {
  const file = path.join(temporaryFolder(), 'demo.ssecast')
  expect(await run(createProcess(['record', 'localhost:1', '-o', file]))).toBe(1)
  expect(readRecording(readFileSync(file)).connections).toMatchObject([
    { end: { kind: 'refuse', code: 'ECONNREFUSED' } },
  ])
})

test('a file that is no recording by its name is called a file, not a host', async () => {
  const file = path.join(temporaryFolder(), 'notes.json')
  writeFileSync(file, '{}')
  const process = createProcess(['record', file, '-o', `${file}.ssecast`])
  expect(await run(process)).toBe(2)
  expect(process.stderr.text).toBe(
    `'${file}' is a file, and its name does not say of which kind: .ssecast, .sse or .har.\n`,
  )
})
