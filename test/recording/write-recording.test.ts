import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { build } from 'esbuild'
import { expect, onTestFinished, test } from 'vitest'
import { limits } from '../../src/recording/format.js'
import { convertRecording, createRecordingFile, type RecordingLine, readRecording } from '../../src/recording/index.js'

const header = { ssecast: 1 as const, url: 'http://a/' }
const open: RecordingLine = { at: 0, connection: 1, kind: 'open', status: 200, headers: [] }

function temporary(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'sse-coord-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return path.join(folder, 'a.ssecast')
}

test.each([
  ['bytes', { fileBytes: 300 }],
  ['lines', { lines: 4 }],
])('a recording that holds as many %s as can be read takes no more, and can be read', async (_what, bound) => {
  const file = temporary()
  await using recording = await createRecordingFile(file, header, { most: { ...limits, ...bound } })
  await recording.write(open)
  const fill = async () => {
    for (let at = 1; at < 10; at++) await recording.write({ at, connection: 1, kind: 'chunk', text: 'data: x\n\n' })
  }
  await expect(fill()).rejects.toMatchObject({
    code: 'cannot-write',
    message: expect.stringContaining('holds as much as can be read'),
    hint: expect.stringContaining('268 MB, 2 million lines, 10000 connections and a month'),
  })
  const read = readRecording(readFileSync(file))
  expect(read.isTruncated).toBe(false)
  expect(read.connections[0]?.chunks.length).toBeGreaterThan(1)
})

test.each([
  ['connection', { ...open, connection: limits.connections + 1 }],
  ['month', { ...open, at: limits.atMs + 1 }],
])('a recording takes no line of a %s that nobody would read', async (_what, line) => {
  await using recording = await createRecordingFile(temporary(), header)
  await expect(recording.write(line)).rejects.toMatchObject({ code: 'cannot-write' })
})

test('of a crowd of headers a recording keeps as many as can be read', async () => {
  const file = temporary()
  const headers = Array.from({ length: 300 }, (_, index): [string, string] => [`x-${index}`, ''])
  await using recording = await createRecordingFile(file, header)
  await recording.write({ ...open, headers })
  expect(readRecording(readFileSync(file)).connections[0]?.headers).toEqual(headers.slice(0, 200))
})

test('a folder in the place of a recording is called one', async () => {
  const file = temporary()
  mkdirSync(file)
  await expect(createRecordingFile(file, header)).rejects.toMatchObject({
    message: `The recording cannot go to '${file}': it is a folder.`,
  })
})

test('a file has one recording at a time, by whatever name and with force', async () => {
  const file = temporary()
  const other = path.join(path.dirname(file), '..', path.basename(path.dirname(file)), 'a.ssecast')
  const first = await createRecordingFile(file, header)
  await first.write(open)
  const held = { code: 'cannot-write', message: expect.stringContaining(`process ${process.pid} is writing another`) }
  await expect(createRecordingFile(other, header, { force: true })).rejects.toMatchObject(held)
  await expect(convertRecording(file, other, { force: true })).rejects.toMatchObject(held)
  await first.write({ at: 1, connection: 1, kind: 'end' })
  await first.close()
  expect(readRecording(readFileSync(file)).connections).toMatchObject([{ end: { kind: 'end' } }])
  await convertRecording(file, other, { force: true })
  await using _again = await createRecordingFile(other, header, { force: true })
})

test('another process holds a file for as long as it lives', async () => {
  const file = temporary()
  const script = path.join(path.dirname(file), 'record.mjs')
  await build({
    stdin: {
      resolveDir: import.meta.dirname,
      contents: `import { createRecordingFile } from '../../src/recording/write-recording.js'
        await createRecordingFile(process.argv[2], { ssecast: 1 })
        console.log('begun')
        setInterval(() => {}, 1000)`,
    },
    ...{ bundle: true, platform: 'node', format: 'esm', outfile: script },
  })
  const child = spawn(process.execPath, [script, file], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  await expect(createRecordingFile(file, header, { force: true })).rejects.toMatchObject({
    message: `The recording cannot go to '${file}': process ${child.pid} is writing another one to it.`,
    hint: expect.stringContaining('Name another file.'),
  })
  child.kill('SIGKILL')
  await once(child, 'exit')
  await using _recording = await createRecordingFile(file, header, { force: true })
})
