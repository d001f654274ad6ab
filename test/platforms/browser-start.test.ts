import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { FoundBrowser } from '../../src/browser/index.js'

const busy = vi.hoisted(() => ({ folders: new Set<string>() }))

vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof import('node:fs/promises')>()
  /** As Windows does while a scanner or a helper of the browser has a file open. */
  const rm: typeof fs.rm = async (folder, options) => {
    if (!busy.folders.has(String(folder))) return fs.rm(folder, options)
    throw Object.assign(new Error(`EBUSY: resource busy or locked, rmdir '${folder}'`), { code: 'EBUSY' })
  }
  return { ...fs, rm }
})

const { createBrowserFolder, removeBrowserFolder } = await import('../../src/browser/browser-folder.js')
const { explainStart } = await import('../../src/browser/start-error.js')
const { launchBrowser } = await import('../../src/browser/launch.js')

const found = (executablePath: string): FoundBrowser => ({
  engine: 'chromium',
  name: 'Chrome',
  executablePath,
  source: 'made up',
  isShell: false,
})

describe('a program that this system cannot run', () => {
  test.each([
    'spawn /Applications/Google Chrome.app/Contents/MacOS/Google Chrome EACCES',
    'spawn C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe ENOENT',
    'spawn UNKNOWN',
    'spawn EFTYPE',
    'spawn EINVAL',
    'spawn Unknown system error -86',
  ])('is said to be none: %s', (words) => {
    expect(explainStart(found('x'), '', words).message).toBe('Chrome is not a program that this system can run.')
  })

  test('is no fault of ours where the system says so at once', async () => {
    await expect(launchBrowser(found(`/${'x'.repeat(5000)}`))).rejects.toMatchObject({
      code: 'browser-not-started',
      message: 'Chrome is not a program that this system can run.',
    })
  })

  test('is not confused with what a browser says', () => {
    expect(explainStart(found('/c'), 'UNKNOWN\nEINVAL', 'it ended with code 1').message).toContain('code 1')
  })
})

describe("the browser's folder", () => {
  const before = process.env.TMPDIR
  let base = ''
  beforeEach(() => {
    base = mkdtempSync(path.join(os.tmpdir(), 'sse-coord-base-'))
  })
  afterEach(() => {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
    rmSync(base, { recursive: true })
  })

  test.runIf(process.platform !== 'win32')('that cannot be made is said, with what to do', async () => {
    process.env.TMPDIR = path.join(base, 'nowhere')
    await expect(createBrowserFolder('/usr/bin/chromium')).rejects.toMatchObject({
      code: 'browser-not-started',
      message: expect.stringContaining(`'${path.join(base, 'nowhere')}': there is no such folder.`),
      hint: 'Name a folder that you may write to in TMPDIR.',
    })
  })

  test('that is in use costs nobody the run, and goes when the process does', async () => {
    process.env.TMPDIR = base
    const folder = await createBrowserFolder('/usr/bin/chromium')
    const once = vi.spyOn(process, 'once')
    onTestFinished(() => {
      once.mockRestore()
      busy.folders.clear()
    })
    busy.folders.add(folder)
    await removeBrowserFolder(folder)
    const onExit = once.mock.calls.find(([event]) => (event as string) === 'exit')?.[1] as (() => void) | undefined
    expect(onExit).toBeTypeOf('function')
    onExit?.()
    process.off('exit', onExit as () => void)
    await expect(import('node:fs').then(({ existsSync }) => existsSync(folder))).resolves.toBe(false)
  })
})
