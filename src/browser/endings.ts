/**
 * How tabs come to an end, or to a standstill, each as it happens to people. Every act resolves with the moment at which
 * it was sent: milliseconds since the Unix epoch by this process's clock, with a fraction.
 */
import type { Page } from 'puppeteer-core'

/** How long a clicked link may take to bring its document. */
const linkTimeoutMs = 10_000

function now(): number {
  return performance.timeOrigin + performance.now()
}

/** Closes the tab, without asking its `beforeunload`. Resolves once it is closed. */
async function close(page: Page): Promise<number> {
  const at = now()
  await page.close()
  return at
}

/** Crashes the tab's renderer. The tab stays, without a page. Chromium only. */
async function crash(page: Page): Promise<number> {
  const session = await page.createCDPSession()
  const at = now()
  session.send('Page.crash').catch(() => {}) // There is nobody left to answer.
  return at
}

/** Freezes the page, as browsers do with tabs long hidden. Resolves once it is frozen. Chromium only. */
async function freeze(page: Page): Promise<number> {
  return setLifecycleState(page, 'frozen')
}

/** Wakes a frozen page. Chromium only. */
async function unfreeze(page: Page): Promise<number> {
  return setLifecycleState(page, 'active')
}

async function setLifecycleState(page: Page, state: 'frozen' | 'active'): Promise<number> {
  const session = await page.createCDPSession()
  try {
    const at = now()
    await session.send('Page.setWebLifecycleState', { state })
    return at
  } finally {
    await session.detach().catch(() => {})
  }
}

/** Blocks the page's main thread for `ms` milliseconds, without waiting for it. */
async function hang(page: Page, ms: number): Promise<number> {
  const at = now()
  page
    .evaluate((busyMs) => {
      const until = performance.now() + busyMs
      while (performance.now() < until);
    }, ms)
    .catch(() => {}) // The tab may be closed while it hangs.
  return at
}

/**
 * Clicks a link with the mouse, as the way into the back/forward cache that people take. Brings the tab to the front
 * first, since only a tab in front gets clicks. Resolves when the link's document has replaced the page.
 *
 * Rejects when there is no such link, or no new document within 10 seconds.
 */
async function followLink(page: Page, selector: string): Promise<number> {
  await page.bringToFront()
  const link = await page.waitForSelector(selector, { visible: true, timeout: linkTimeoutMs })
  if (!link) throw new Error(`No link ${selector} on ${page.url()}`)
  const { x, y } = await link.clickablePoint()
  await page.mouse.move(x, y)
  await page.mouse.down()
  const committed = nextDocument(page, selector)
  const at = now()
  // The answer to a click on a link may never come: the page that would send it is gone.
  page.mouse.up().catch(() => {})
  await committed
  return at
}

function nextDocument(page: Page, selector: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => finish(new Error(`No new document after a click on ${selector}`)), linkTimeoutMs)
    const onNavigated = (frame: { parentFrame(): unknown }) => {
      if (frame.parentFrame() === null) finish()
    }
    const onClose = () => finish(new Error('The tab was closed'))
    function finish(error?: Error): void {
      clearTimeout(timer)
      page.off('framenavigated', onNavigated)
      page.off('close', onClose)
      if (error) reject(error)
      else resolve()
    }
    page.on('framenavigated', onNavigated)
    page.on('close', onClose)
  })
}

/** The acts by name. */
export const endings: {
  close(page: Page): Promise<number>
  crash(page: Page): Promise<number>
  freeze(page: Page): Promise<number>
  unfreeze(page: Page): Promise<number>
  hang(page: Page, ms: number): Promise<number>
  followLink(page: Page, selector: string): Promise<number>
} = { close, crash, freeze, unfreeze, hang, followLink }
