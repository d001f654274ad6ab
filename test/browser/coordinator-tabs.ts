/** Real tabs for the coordinator's tests: open them, end them in every way a tab ends, and read what they received. */
import puppeteer, { type Browser, type Page } from 'puppeteer-core'
import { noAddressBarPages } from '../../src/browser/flags.js'

/** What a tab has seen so far. */
export interface Seen {
  ids: string[]
  /** Epoch milliseconds of each event's arrival. */
  at: number[]
  log: string[]
}

declare global {
  // Set in the page by `watchStream`.
  var seen: Seen
}

/** Chromium as people use it: timers of hidden tabs are throttled. */
export function launchChromium(args: string[] = []): Promise<Browser> {
  return puppeteer.launch({
    executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-dev-shm-usage',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      noAddressBarPages,
      ...args,
    ],
    ignoreDefaultArgs: [
      '--disable-background-timer-throttling',
      '--disable-renderer-backgrounding',
      '--disable-backgrounding-occluded-windows',
    ],
  })
}

/** Opens a page and shares `/events` in it. */
export async function openTab(browser: Browser, url: string, stream = '/events'): Promise<Page> {
  const page = await browser.newPage()
  await page.goto(url)
  await watchStream(page, stream)
  return page
}

/** Shares a stream in the page by SharedEventSource, and notes what it receives. */
export function watchStream(page: Page, stream = '/events'): Promise<void> {
  return page.evaluate((stream) => {
    const { SharedEventSource } = globalThis as unknown as { SharedEventSource: typeof EventSource }
    const seen: Seen = { ids: [], at: [], log: [] }
    globalThis.seen = seen
    const source = new SharedEventSource(stream)
    Object.assign(globalThis, { source })
    source.onopen = () => seen.log.push('open')
    source.onerror = () => seen.log.push(`error ${source.readyState}`)
    source.addEventListener('gap', () => seen.log.push('gap'))
    source.onmessage = (event) => {
      seen.ids.push(event.lastEventId)
      seen.at.push(performance.timeOrigin + performance.now())
    }
  }, stream)
}

/** What a tab has received. */
export const seenBy = (page: Page): Promise<Seen> => page.evaluate(() => globalThis.seen)

/** Ways a tab comes to an end. Each resolves with the moment at which the act was sent, in epoch milliseconds. */
export const endings = {
  async close(page: Page): Promise<number> {
    const at = now()
    await page.close()
    return at
  },
  async crash(page: Page): Promise<number> {
    const session = await page.createCDPSession()
    const at = now()
    session.send('Page.crash').catch(() => {}) // never resolves
    return at
  },
  async freeze(page: Page): Promise<number> {
    const session = await page.createCDPSession()
    const at = now()
    await session.send('Page.setWebLifecycleState', { state: 'frozen' })
    return at
  },
  async unfreeze(page: Page): Promise<number> {
    const session = await page.createCDPSession()
    const at = now()
    await session.send('Page.setWebLifecycleState', { state: 'active' })
    return at
  },
  async hang(page: Page, ms = 10_000): Promise<number> {
    const at = now()
    page
      .evaluate((ms) => {
        const until = Date.now() + ms
        while (Date.now() < until);
      }, ms)
      .catch(() => {})
    return at
  },
  async bfcache(page: Page): Promise<number> {
    const elsewhere = new URL('/elsewhere', page.url()).href
    const at = now()
    await page.goto(elsewhere)
    return at
  },
}

export const now = (): number => performance.timeOrigin + performance.now()

/** Waits until a condition holds; a machine with much else to do gets its time. */
export async function until(condition: () => boolean | Promise<boolean>, what: string, ms = 40_000): Promise<void> {
  const end = now() + ms
  while (!(await condition())) {
    if (now() > end) throw new Error(`Waited ${ms} ms in vain until ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
}

/** Ids missing between the first and the last that were seen, and ids seen twice. */
export function account(ids: string[]): { lost: number; duplicated: number } {
  const numbers = ids.map(Number)
  const distinct = new Set(numbers)
  const first = Math.min(...numbers)
  const last = Math.max(...numbers)
  return {
    lost: numbers.length ? last - first + 1 - distinct.size : 0,
    duplicated: numbers.length - distinct.size,
  }
}
