import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readBaseline, toBaseline, writeBaseline } from '../../src/budget/baseline.js'
import type { Figure } from '../../src/budget/figure.js'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sse-coord-baseline-'))
})
afterEach(() => rm(folder, { recursive: true }))

const figure = (rule: Figure['rule'], key: string, actual: number | null, urls: string[] = []): Figure => ({
  rule,
  key,
  actual,
  target: null,
  doubt: null,
  measured: '',
  streams: urls.map((url) => ({ url, place: null })),
})

test('what is written is read back, and nothing else lies beside it', async () => {
  const file = path.join(folder, 'b.json')
  const baseline = toBaseline([figure('streamsPerTab', '/', 2, ['/b', '/a', '/b'])], null)
  expect(baseline.figures).toEqual([{ rule: 'streamsPerTab', key: '/', actual: 2, streams: ['/a', '/b'] }])
  await writeBaseline(file, baseline)
  expect(await readBaseline(file, false)).toEqual(baseline)
  expect(await readdir(folder)).toEqual(['b.json'])
})

test('the order is that of pages and rules, whatever was measured first', () => {
  const figures = [
    figure('streamsPerTab', '/b', 1),
    figure('stalledRequests', '/a', 0),
    figure('streamsPerTab', '/a', 1),
  ]
  const [one, other] = [toBaseline(figures, null), toBaseline(figures.toReversed(), null)]
  expect(one).toEqual(other)
  expect(one.figures.map(({ key, rule }) => `${key} ${rule}`)).toEqual([
    '/a stalledRequests',
    '/a streamsPerTab',
    '/b streamsPerTab',
  ])
})

test('a figure that could not be measured now stays; a page that is gone goes', () => {
  const before = toBaseline([figure('socketsPerOrigin', '/', 6), figure('streamsPerTab', '/gone', 1)], null)
  expect(toBaseline([figure('socketsPerOrigin', '/', null)], before).figures).toEqual([
    { rule: 'socketsPerOrigin', key: '/', actual: 6, streams: [] },
  ])
})

test('a file that is missing, or no baseline, is said with what to do', async () => {
  const file = path.join(folder, 'b.json')
  await expect(readBaseline(file, false)).rejects.toMatchObject({
    code: 'bad-config',
    hint: 'Write it with --update-baseline.',
  })
  const notRead = { message: `The baseline '${folder}' cannot be read: it is a folder.`, hint: undefined }
  for (const mayBeMissing of [false, true]) {
    await expect(readBaseline(folder, mayBeMissing)).rejects.toMatchObject(notRead)
  }
  expect(await readBaseline(file, true)).toBeNull()
  for (const text of ['{', '{}', '{"schema":"sse-coord/baseline@1","figures":[{"rule":"x"}]}']) {
    await writeFile(file, text)
    await expect(readBaseline(file, true)).rejects.toThrow('is no baseline of sse-coord')
  }
})

test('a folder that is not there is said', async () => {
  const baseline = toBaseline([], null)
  await expect(writeBaseline(path.join(folder, 'none', 'b.json'), baseline)).rejects.toMatchObject({
    code: 'cannot-write',
  })
  expect(await readFile(path.join(folder, 'none', 'b.json')).catch(() => null)).toBeNull()
})
