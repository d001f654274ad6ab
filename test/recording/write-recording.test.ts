import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { limits } from '../../src/recording/format.js'
import { createRecordingFile, type RecordingLine, readRecording } from '../../src/recording/index.js'

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
