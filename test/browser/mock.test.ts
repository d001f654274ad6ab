import { type Browser, launch, type Page } from 'puppeteer-core'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { noAddressBarPages } from '../../src/browser/flags.js'
import { createMock, type Mock, type MockOptions } from '../../src/mock/index.js'
import { until } from '../server/support/until.js'
import { startNginx } from '../support/fronts/nginx.js'
import { needs } from '../support/needs.js'

const browsers = [
  { program: 'chromium', browser: 'chrome', executablePath: '/usr/bin/chromium' },
  { program: 'firefox-esr', browser: 'firefox', executablePath: '/usr/bin/firefox-esr' },
] as const

const running = new Map<string, Promise<Browser>>()
afterAll(() => Promise.all([...running.values()].map(async (browser) => (await browser).close())))

/** One of each for all tests of this file. */
function browserOf({ program, ...options }: (typeof browsers)[number]): Promise<Browser> {
  const args = program === 'chromium' ? [noAddressBarPages, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])] : []
  const browser = running.get(program) ?? launch({ ...options, headless: true, args, acceptInsecureCerts: true })
  running.set(program, browser)
  return browser
}

async function startMock(options: MockOptions): Promise<Mock> {
  const mock = await createMock({ everyMs: 20, ...options })
  onTestFinished(() => mock.close())
  return mock
}

for (const each of browsers) {
  const { program } = each
  test.runIf(needs(program))(
    `${program} reads the mock over HTTP/1.1, HTTP/2 and behind nginx, and shows its page`,
    async () => {
      const browser = await browserOf(each)

      for (const way of ['http/1.1', 'h2', ...(needs('nginx') ? ['nginx'] : [])]) {
        const mock = await startMock({
          http2: way === 'h2',
          payload: '{{seq}}',
          retryMs: 10,
          faults: ['cut@event=4,connection=2', 'close@event=4,connection=3'],
        })
        await using front = way === 'nginx' ? await startNginx(mock.url) : undefined
        const url = front?.url ?? mock.url
        const page = await browser.newPage()
        await page.goto(`${url}/`, { waitUntil: 'load' })
        await until(async () => Number(await textOf(page, '#count')) >= 3)
        expect(await textOf(page, '#state')).toBe('open')
        await page.evaluate(() => {
          const heard: string[] = []
          const source = new EventSource('/events')
          source.onmessage = ({ data }) => heard.push(data)
          Object.assign(window, { heard })
        })
        const heard = () => page.evaluate(() => (window as unknown as { heard: string[] }).heard)
        await until(async () => (await heard()).length >= 12)
        const seen = (await heard()).map(Number)
        expect(seen).toEqual(Array.from(seen, (_, n) => (seen[0] ?? 0) + n))
        const protocol = await page.evaluate(
          () => (performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming).nextHopProtocol,
        )
        expect(protocol).toBe(way === 'h2' ? 'h2' : 'http/1.1')
        await page.close()
      }
    },
  )
}

test.runIf(needs('chromium'))(
  'the page shows comments, types and hostile data, publishes, and breaks no rule of its own',
  async () => {
    const mock = await startMock({
      everyMs: 30,
      keepAliveMs: 10,
      eventTypes: ['tick'],
      payload: '<img src=x onerror=alert(1)>',
    })
    const browser = await browserOf(browsers[0])
    const page = await browser.newPage()
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(String(error)))
    for (const [width, height] of [
      [1100, 800],
      [390, 800],
    ] as const) {
      await page.setViewport({ width, height })
      await page.goto(`${mock.url}/`, { waitUntil: 'load' })
      await page.type('#event', 'note')
      await page.click('#publish button')
      await until(async () => (await textOf(page, '#told')).startsWith('Published as'))
      const table = () => textOf(page, '#events')
      for (const word of ['note', 'tick', 'comment', '<img src=x onerror=alert(1)>']) {
        await until(async () => (await table()).includes(word))
      }
      expect(await page.$$eval('img', (images) => images.length)).toBe(0)
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
    }
    expect(complaints).toEqual([])
  },
)

function textOf(page: Page, selector: string): Promise<string> {
  return page.$eval(selector, (element) => element.textContent ?? '')
}
