import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

const refusals = vi.hoisted(() => ({ left: 0, code: 'EPERM' }))

vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof import('node:fs/promises')>()
  /** As on Windows while a scanner looks at the new file, or somebody reads the old one. */
  const rename: typeof fs.rename = async (from, to) => {
    if (refusals.left-- <= 0) return fs.rename(from, to)
    throw Object.assign(new Error(`${refusals.code}: rename '${from}' -> '${to}'`), { code: refusals.code })
  }
  return { ...fs, rename }
})

const { writeWhole } = await import('../../src/cli/write-file.js')
const { writeBaseline } = await import('../../src/budget/baseline.js')
const { platform } = process

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sse-coord-rename-'))
  Object.defineProperty(process, 'platform', { value: 'win32' })
})
afterEach(async () => {
  Object.defineProperty(process, 'platform', { value: platform })
  refusals.left = 0
  await rm(folder, { recursive: true })
})

test.each(['EPERM', 'EACCES', 'EBUSY'])(
  'on Windows a file that is open for a moment (%s) is replaced',
  async (code) => {
    const file = path.join(folder, 'report.html')
    await writeFile(file, 'old')
    Object.assign(refusals, { left: 3, code })
    await writeWhole(file, 'new')
    expect(await readFile(file, 'utf8')).toBe('new')
    Object.assign(refusals, { left: 3, code })
    await writeBaseline(path.join(folder, 'baseline.json'), { schema: 'sse-coord/baseline@1', figures: [] })
    expect((await readdir(folder)).sort()).toEqual(['baseline.json', 'report.html'])
  },
)

test.skipIf(platform === 'win32')(
  'elsewhere such a refusal is final, and nothing is left beside the file',
  async () => {
    Object.defineProperty(process, 'platform', { value: platform })
    Object.assign(refusals, { left: 1, code: 'EPERM' })
    await expect(writeWhole(path.join(folder, 'report.html'), 'new')).rejects.toMatchObject({ code: 'cannot-write' })
    expect(await readdir(folder)).toEqual([])
  },
)
