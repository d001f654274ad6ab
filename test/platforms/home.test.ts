import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'

vi.mock('node:os', async (original) => {
  const system = await original<typeof import('node:os')>()
  /** As for a user id that no list of users knows. */
  const homedir = (): string => {
    if (process.env.HOME) return process.env.HOME
    throw new Error('A system error occurred: uv_os_homedir returned ENOENT (no such file or directory)')
  }
  return { ...system, homedir, default: { ...system, homedir } }
})

const seen = vi.hoisted(() => ({ home: '' as string | undefined }))

vi.mock('lilconfig', async (original) => {
  const { lilconfig } = await original<typeof import('lilconfig')>()
  const spied: typeof lilconfig = (...options) => {
    seen.home = process.env.HOME
    return lilconfig(...options)
  }
  return { lilconfig: spied }
})

const { describeSystem } = await import('../../src/browser/system.js')
const { folderBase } = await import('../../src/browser/browser-folder.js')
const { homeFolder } = await import('../../src/config/home-folder.js')
const { loadConfig } = await import('../../src/config/load-config.js')

test('who has no home folder is given the temporary one', async () => {
  const before = process.env.HOME
  onTestFinished(() => {
    if (before !== undefined) process.env.HOME = before
  })
  delete process.env.HOME
  expect(folderBase('/usr/bin/chromium')).toBe(os.tmpdir())
  delete process.env.HOME
  expect(describeSystem().home).toBe(os.tmpdir())
  expect([homeFolder(), process.env.HOME]).toEqual([os.tmpdir(), os.tmpdir()])
  process.env.HOME = '/home/me'
  expect(describeSystem().home).toBe('/home/me')
})

test('whoever looks for a config for us finds one too', async () => {
  const before = process.env.HOME
  const folder = await mkdtemp(path.join(os.tmpdir(), 'sse-coord-home-'))
  onTestFinished(async () => {
    if (before !== undefined) process.env.HOME = before
    await rm(folder, { recursive: true })
  })
  await writeFile(path.join(folder, 'sse-coord.config.json'), '{ "tabs": 3 }')
  delete process.env.HOME
  expect(await loadConfig(folder)).toMatchObject({ settings: { tabs: 3 } })
  expect(seen.home).toBe(os.tmpdir())
})
