import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { type FoundBrowser, findBrowser, launchBrowser, openTabs } from '../../src/browser/index.js'
import { startSite } from './browser-site.js'

/**
 * The temporary folder of these tests alone. All that a browser of ours leaves lies in it or names it in its command line
 * or environment, so that other browsers on this machine are not mistaken for ours.
 */
const outside = tmpdir()
const temporary = mkdtempSync(path.join(outside, 'launch-test-'))
const inherited = process.env.TMPDIR

beforeAll(() => {
  process.env.TMPDIR = temporary
})
afterAll(() => {
  if (inherited === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = inherited
  rmSync(temporary, { recursive: true })
})

/** Our browser processes that are alive: command lines by process id. */
function browserProcesses(): Map<number, string> {
  const found = new Map<number, string>()
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
      const [, name = ''] = /\((.*)\)/.exec(stat) ?? []
      const [state = 'X'] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      if (/[ZX]/.test(state) || !/chrom|firefox|crash|Web Content/i.test(name)) continue
      const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ')
      if (!(command + readFileSync(`/proc/${pid}/environ`, 'latin1')).includes(temporary)) continue
      found.set(Number(pid), command)
    } catch {
      // It ended meanwhile, or is another user's.
    }
  }
  return found
}

function expectNothingLeft() {
  expect([...browserProcesses()]).toEqual([])
  expect(readdirSync(temporary)).toEqual([])
}

beforeEach(expectNothingLeft)

describe('Chromium', () => {
  test('opens a page and leaves no process and no folder', async () => {
    const found = await findBrowser()
    const browser = await launchBrowser(found)
    expect(browser.version).toMatch(/^\d+\.\d+\.\d+\.\d+$/)
    const page = await browser.puppeteer.newPage()
    expect(await page.evaluate(() => 6 * 7)).toBe(42)
    expect(browserProcesses().size).toBeGreaterThan(3)
    expect(readdirSync(temporary)).toEqual([expect.stringMatching(/^sse-coord-/)])
    await browser.close()
    expectNothingLeft()
    await browser.close()
  })

  test('throttles hidden tabs, as in real life, and asks for no port', async () => {
    await using browser = await launchBrowser(await findBrowser())
    const command = readFileSync(`/proc/${browser.pid}/cmdline`, 'utf8')
    expect(command).toContain('--remote-debugging-pipe')
    expect(command).toContain('--renderer-process-limit=')
    expect(command).not.toContain('--disable-background-timer-throttling')
    expect(command).not.toContain('--disable-renderer-backgrounding')
    expect(command).not.toContain('--disable-backgrounding-occluded-windows')
  })

  test('gives each tab of one site a renderer of its own, and none to what nobody sees', async () => {
    const site = await startSite()
    onTestFinished(site.close)
    await using browser = await launchBrowser(await findBrowser())
    const renderers = () =>
      [...browserProcesses().values()].filter((command) => command.includes('--type=renderer')).length
    const before = renderers()
    const urls = Array.from({ length: 8 }, (_, index) => `${site.origin}/${index}`)
    const pages = await openTabs(browser.puppeteer.defaultBrowserContext(), urls)
    expect(pages.map((page) => page.url())).toEqual(urls)
    expect(renderers() - before).toBeGreaterThanOrEqual(8)
    const session = await browser.puppeteer.target().createCDPSession()
    const { targetInfos } = await session.send('Target.getTargets', { filter: [{}] })
    expect(targetInfos.filter(({ type }) => type === 'browser_ui')).toEqual([])
  })

  test('tells of its death, and close() then tidies up', async () => {
    const browser = await launchBrowser(await findBrowser())
    await browser.puppeteer.newPage()
    process.kill(browser.pid, 'SIGKILL')
    await browser.died
    await browser.close()
    expectNothingLeft()
  })

  test('does not call close() a death', async () => {
    const browser = await launchBrowser(await findBrowser())
    const died = vi.fn()
    browser.died.then(died)
    await browser.close()
    await sleep(50)
    expect(died).not.toHaveBeenCalled()
  })

  test('is killed when it does not end by itself', async () => {
    const browser = await launchBrowser(await findBrowser())
    process.kill(browser.pid, 'SIGSTOP')
    await browser.close()
    expectNothingLeft()
  })

  test.each([0, 30, 120, 300])('leaves nothing when the launch is aborted after %i ms', async (afterMs) => {
    const controller = new AbortController()
    const launch = launchBrowser(await findBrowser(), { signal: controller.signal })
    launch.catch(() => {})
    await sleep(afterMs)
    controller.abort(new Error('enough'))
    await launch.then(
      (browser) => browser.close(), // It was faster than we.
      (error) => expect(error.message).toBe('enough'),
    )
    expectNothingLeft()
  })

  test('goes on when the signal aborts after the launch', async () => {
    const controller = new AbortController()
    await using browser = await launchBrowser(await findBrowser(), { signal: controller.signal })
    controller.abort()
    expect(await browser.puppeteer.version()).toContain(browser.version)
  })

  test.runIf(process.getuid?.() === 0)('says why it does not start as root with its sandbox on', async () => {
    await expect(launchBrowser(await findBrowser(), { sandbox: true })).rejects.toMatchObject({
      code: 'browser-not-started',
      message: expect.stringContaining('as root'),
      hint: expect.stringContaining('--no-sandbox'),
    })
    expectNothingLeft()
  })
})

describe('when this process goes', () => {
  /** Launches a browser in another Node, says so, and waits. */
  async function launchElsewhere(): Promise<ChildProcess> {
    const folder = mkdtempSync(path.join(outside, 'elsewhere-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = path.join(folder, 'launch.cjs')
    await build({
      stdin: {
        contents: `
          import { findBrowser, launchBrowser } from './src/browser/index.js'
          findBrowser().then((found) => launchBrowser(found)).then(() => process.send('launched'))
          process.on('message', () => process.exit(0))
        `,
        resolveDir: path.resolve(import.meta.dirname, '../..'),
      },
      bundle: true,
      platform: 'node',
      format: 'cjs',
      logLevel: 'error',
      logOverride: { 'empty-import-meta': 'silent' },
      outfile: file,
    })
    const child = fork(file)
    onTestFinished(() => void child.kill('SIGKILL'))
    await once(child, 'message')
    expect(browserProcesses().size).toBeGreaterThan(3)
    return child
  }

  test('by process.exit() it takes browser and folder along', async () => {
    const child = await launchElsewhere()
    child.send('exit')
    await once(child, 'exit')
    await vi.waitFor(expectNothingLeft, { timeout: 30_000, interval: 20 })
  })

  test('by SIGKILL the browser ends by itself', async () => {
    const child = await launchElsewhere()
    child.kill('SIGKILL')
    await vi.waitFor(() => expect([...browserProcesses()]).toEqual([]), { timeout: 30_000, interval: 20 })
    // Nobody is left to remove the folder.
    for (const name of readdirSync(temporary)) rmSync(path.join(temporary, name), { recursive: true })
  })
})

describe('a program that is no browser', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(path.join(outside, 'fake-browser-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  function fake(script: string): FoundBrowser {
    const executablePath = path.join(folder, 'chromium')
    writeFileSync(executablePath, script)
    chmodSync(executablePath, 0o755)
    return { engine: 'chromium', name: 'Chromium', executablePath, source: 'made up', isShell: false }
  }

  test.each([
    [
      'a missing library',
      'echo "chrome: error while loading shared libraries: libnss3.so: cannot open shared object file" >&2; exit 127',
      'libnss3.so is missing',
    ],
    [
      'a missing sandbox',
      'echo "[1:1:FATAL:zygote_host_impl_linux.cc(128)] No usable sandbox! If you are running on Ubuntu" >&2; exit 133',
      'no usable sandbox',
    ],
    ['an exit code', 'exit 3', 'it ended with code 3'],
    ['a missing snap', 'echo "Command \'$0\' requires the chromium snap to be installed." >&2; exit 1', 'a snap'],
  ])('is reported with %s', async (_, script, words) => {
    await expect(launchBrowser(fake(`#!/bin/sh\n${script}\n`))).rejects.toMatchObject({
      code: 'browser-not-started',
      message: expect.stringContaining(words),
      hint: expect.any(String),
    })
    expectNothingLeft()
  })

  test('is reported when it never answers, and is gone then', async () => {
    const mark = path.join(folder, 'pid')
    const sleeper = fake(`#!/bin/sh\necho $$ > ${mark}\nsleep 60 & \nsleep 60\n`)
    await expect(launchBrowser(sleeper, { timeoutMs: 300 })).rejects.toMatchObject({
      code: 'browser-not-started',
      message: expect.stringContaining('did not answer in 0.3 s'),
    })
    expect(existsSync(`/proc/${readFileSync(mark, 'utf8').trim()}/cwd`)).toBe(false)
    expectNothingLeft()
  })

  test('is reported when it cannot be run', async () => {
    await expect(launchBrowser(fake('\x7fELF nothing'))).rejects.toMatchObject({ code: 'browser-not-started' })
    const missing = { ...fake(''), executablePath: path.join(folder, 'nowhere') }
    await expect(launchBrowser(missing)).rejects.toMatchObject({ code: 'browser-not-started' })
    expectNothingLeft()
  })
})

describe('Firefox', () => {
  test('opens a page and leaves no process and no folder', async () => {
    const browser = await launchBrowser(await findBrowser({ browser: 'firefox' }))
    expect(browser.engine).toBe('firefox')
    const page = await browser.puppeteer.newPage()
    expect(await page.evaluate(() => 6 * 7)).toBe(42)
    await browser.close()
    expectNothingLeft()
  })
})
