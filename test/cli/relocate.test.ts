import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { relocate } from '../../src/cli/relocate.js'
import type { Report } from '../../src/evidence/report.js'
import { checks, finding, report } from '../report/fixtures.js'

let root = ''
let folder = ''
beforeAll(() => {
  root = mkdtempSync(path.join(realpathSync(os.tmpdir()), 'sse-coord-root-'))
  folder = path.join(root, 'apps', 'web')
  mkdirSync(path.join(folder, 'src'), { recursive: true })
  writeFileSync(path.join(folder, 'src', 'live.ts'), '')
})
afterAll(() => rmSync(root, { recursive: true }))

const files = ({ findings }: Report) => findings[0]?.locations.map(({ file }) => file)

test('a file that is there is named from the root of the repository', () => {
  const moved = relocate(checks.exceeded, root, folder)
  expect(files(moved)).toEqual(['apps/web/src/live.ts', 'src/presence.ts'])
  expect(moved.findings[0]?.streams?.map(({ place }) => place?.file)).toEqual([
    'apps/web/src/live.ts',
    'src/presence.ts',
  ])
  expect(files(checks.exceeded)).toEqual(['src/live.ts', 'src/presence.ts'])
})

test('an address, and everything at the root or outside of it, stays', () => {
  const place = { file: 'http://localhost/src/live.ts', line: 1, column: 1, function: null }
  const one = report({ findings: [finding('a/b', { state: 'fail', locations: [place] })] })
  expect(files(relocate(one, root, folder))).toEqual([place.file])
  expect(relocate(checks.exceeded, root, root)).toBe(checks.exceeded)
  expect(relocate(checks.exceeded, folder, os.tmpdir())).toBe(checks.exceeded)
})

test.skipIf(process.platform === 'win32')('a checkout that is reached through a link is the same checkout', () => {
  const link = `${root}-link`
  symlinkSync(root, link)
  try {
    expect(files(relocate(checks.exceeded, link, folder))?.[0]).toBe('apps/web/src/live.ts')
  } finally {
    rmSync(link)
  }
})

test('a file of another package is named from the root, though its place is told as a whole', () => {
  const file = path.join(root, 'packages', 'live.ts')
  const at = (name: string) => ({ file: name, line: 1, column: 1, function: null })
  mkdirSync(path.dirname(file))
  writeFileSync(file, '')
  const outside = path.resolve(os.tmpdir(), 'live.ts')
  const one = report({ findings: [finding('a/b', { state: 'fail', locations: [at(file), at(outside)] })] })
  expect(files(relocate(one, root, folder))).toEqual(['packages/live.ts', outside])
})
