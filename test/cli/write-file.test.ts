import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { expectWritable, writeWhole } from '../../src/cli/write-file.js'
import { SseCoordError } from '../../src/error.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sse-coord-test-'))
})
afterEach(() => rm(folder, { recursive: true }))

const inside = (name: string) => path.join(folder, name)

test('a new file holds the text, and nothing is left beside it', async () => {
  await expectWritable(inside('a.json'))
  await writeWhole(inside('a.json'), '{}\n')
  expect(await readdir(folder)).toEqual(['a.json'])
  expect(await readFile(inside('a.json'), 'utf8')).toBe('{}\n')
})

test('an old file is replaced as a whole and keeps its mode', async () => {
  await writeFile(inside('a.json'), 'old')
  await chmod(inside('a.json'), 0o640)
  const { ino } = await stat(inside('a.json'))
  await writeWhole(inside('a.json'), 'new')
  const after = await stat(inside('a.json'))
  expect(after.ino).not.toBe(ino)
  expect(after.mode & 0o777).toBe(0o640)
  expect(await readFile(inside('a.json'), 'utf8')).toBe('new')
})

test('a link stays a link', async () => {
  await writeFile(inside('real.json'), 'old')
  await symlink('real.json', inside('link.json'))
  await writeWhole(inside('link.json'), 'new')
  expect(await readFile(inside('real.json'), 'utf8')).toBe('new')
  expect((await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isSymbolicLink())).toHaveLength(1)
})

test.skipIf(process.platform === 'win32')('a pipe is written to, not replaced', async () => {
  execFileSync('/bin/sh', ['-c', 'mkfifo "$0"', inside('pipe')])
  const reading = readFile(inside('pipe'), 'utf8')
  await expectWritable(inside('pipe'))
  await writeWhole(inside('pipe'), 'text')
  expect(await reading).toBe('text')
  expect((await stat(inside('pipe'))).isFIFO()).toBe(true)
})

test('where there is no way to write, one sentence says why', async () => {
  await mkdir(inside('folder'))
  await writeFile(inside('file'), '')
  const messageOf = (promise: Promise<void>) =>
    promise.then(
      () => 'written',
      (error: unknown) => (error instanceof SseCoordError ? error.message.replace(folder, '') : error),
    )
  expect(await messageOf(expectWritable(inside('folder')))).toBe("'/folder' cannot be written: it is a folder.")
  const missing = "'/nowhere/a.json' cannot be written: its folder does not exist."
  expect(await messageOf(expectWritable(inside('nowhere/a.json')))).toBe(missing)
  expect(await messageOf(writeWhole(inside('nowhere/a.json'), ''))).toBe(missing)
  expect(await messageOf(expectWritable(inside('file/a.json')))).toBe(
    "'/file/a.json' cannot be written: its folder is a file.",
  )
})
