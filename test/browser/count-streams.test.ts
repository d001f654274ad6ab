import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { chromium, type Page as PlaywrightPage } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { noAddressBarPages } from '../../src/browser/flags.js'
import { countStreams, findBrowser, type LaunchedBrowser, launchBrowser } from '../../src/browser/index.js'
import { serveApp } from '../support/app-server.js'
import { needs } from '../support/needs.js'
import { streamWords } from './app-cases.js'

const root = new URL('../../', import.meta.url)

test.each([{}, { url: 'http://localhost/', page: { url: () => '' } }])(
  'needs either a URL or a page',
  async (options) => {
    await expect(countStreams(options)).rejects.toMatchObject({ code: 'bad-option' })
  },
)

test('something else than a page is refused by name', async () => {
  await expect(countStreams({ page: { url: () => '' } })).rejects.toMatchObject({
    message: 'page must be a page of Playwright or Puppeteer.',
  })
})

describe.runIf(needs('chromium'))('the streams of a page', () => {
  let browser: LaunchedBrowser
  const args = [noAddressBarPages, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])]

  beforeAll(async () => {
    browser = await launchBrowser(await findBrowser({ browser: 'chromium' }))
  })

  afterAll(async () => {
    await browser?.close()
    // Of the example for Playwright.
    rmSync(new URL('test-results', root), { recursive: true, force: true })
  })

  test('in a browser of its own, tab by tab and by origin', async () => {
    await using app = await serveApp('one-stream')
    await using run = await countStreams({ url: app.url, tabs: 2, browser: 'chromium', quietMs: 300 })
    const seen = await run.count()
    expect(seen.perTab.map((streams) => streams.map(streamWords))).toEqual([
      ['/events/live EventSource page live.js:3 startLive'],
      ['/events/live EventSource page live.js:3 startLive'],
    ])
    expect(seen).toMatchObject({ most: 1, perOrigin: { [new URL(app.url).origin]: 2 }, firstStalledTab: null })
  })

  test('in a page of Puppeteer, again and again', async () => {
    await using app = await serveApp('leak')
    const page = await browser.puppeteer.newPage()
    await using run = await countStreams({ page, quietMs: 300 })
    await page.goto(app.url)
    expect((await run.count()).most).toBe(1)
    await page.click('#inbox')
    expect((await run.count()).perTab[0]?.map(streamWords)).toEqual([
      '/events/home EventSource page views.js:4 showView',
      '/events/inbox EventSource page views.js:4 showView',
    ])
    await page.close()
  })

  test.each([
    ['one-stream', '/events/live EventSource page live.js:3 startLive'],
    ['iframe', '/events/widget EventSource iframe widget.js:3 startWidget'],
  ])('in a page of Playwright: %s', async (name, stream) => {
    await using app = await serveApp(name)
    const { executablePath } = await findBrowser({ browser: 'chromium' })
    await using playwright = await chromium.launch({ executablePath, args })
    const page = await playwright.newPage()
    await using run = await countStreams({ page, quietMs: 500 })
    await page.goto(app.url)
    expect((await run.count()).perTab.map((streams) => streams.map(streamWords))).toEqual([[stream]])
  })

  test('in a worker of a page of Playwright, which starts it before we can look', async () => {
    await using app = await serveApp('worker')
    const { executablePath } = await findBrowser({ browser: 'chromium' })
    await using playwright = await chromium.launch({ executablePath, args })
    const page = await playwright.newPage()
    await using run = await countStreams({ page })
    // A text for a page: nothing but our own worker runs in it, and opens its stream once it is seen.
    await page.goto(`${app.url}live.js`)
    await page.evaluate((url) => {
      const code = `setTimeout(() => new EventSource('${url}'), 500)`
      new Worker(URL.createObjectURL(new Blob([code])))
    }, `${app.url}events/live`)
    const { perTab, blindSpots } = await run.count()
    expect(perTab).toMatchObject([[{ url: `${app.url}events/live`, kind: 'EventSource', context: 'worker' }]])
    expect(blindSpots.join(' ')).toContain('may be missed')
  })

  test('in a page of Playwright without a session, such as those of WebKit', async () => {
    await using app = await serveApp('fetch-stream')
    const { executablePath } = await findBrowser({ browser: 'chromium' })
    await using playwright = await chromium.launch({ executablePath, args })
    const page = await playwright.newPage()
    await using run = await countStreams({ page: withoutSession(page), quietMs: 500 })
    await page.goto(app.url)
    const seen = await run.count()
    expect(seen.perTab[0]?.map(streamWords)).toEqual([
      '/events/live fetch page live.js:3 readStream',
      '/events/plain fetch page live.js:12 readUnannounced',
    ])
    expect(seen.blindSpots.join(' ')).toContain('workers')
  })

  test.each([
    ['playwright', ['node_modules/@playwright/test/cli.js', 'test', '-c', 'examples/playwright', '--reporter', 'line']],
    ['puppeteer', ['--test', 'examples/puppeteer/streams.test.mjs']],
    ['vitest', ['node_modules/vitest/vitest.mjs', 'run', '--root', 'examples/vitest', '--config', 'vitest.config.ts']],
  ])('the example for %s passes with one stream, and fails with three', async (name, command) => {
    await using good = await serveApp('one-stream')
    const passed = await run(command, good.url)
    expect(passed.code, passed.output).toBe(0)
    if (name === 'puppeteer') return // it asks for something that three streams have too
    await using bad = await serveApp('three-streams')
    const failed = await run(command, bad.url)
    expect(failed.code, failed.output).toBe(1)
    expect(failed.output).toContain('expect')
  })

  async function run(command: string[], appUrl: string): Promise<{ code: number | null; output: string }> {
    const { executablePath } = await findBrowser({ browser: 'chromium' })
    const child = spawn(process.execPath, command, {
      cwd: root,
      env: { ...process.env, APP_URL: appUrl, CHROMIUM_PATH: executablePath, CHROMIUM_ARGS: args.join(' ') },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
    return { code, output }
  }
})

/** The same page as other browsers have it. */
function withoutSession(page: PlaywrightPage): PlaywrightPage {
  return new Proxy(page, {
    get(target, name) {
      if (name === 'context') return () => ({ newCDPSession: () => Promise.reject(new Error('Chromium only')) })
      const value = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
