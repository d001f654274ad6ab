/** Opens tabs a few at a time: one by one is slow, and all at once makes each of them slow. */
import type { BrowserContext, Page } from 'puppeteer-core'

export interface OpenTabsOptions {
  /** How many load at the same time. Default 4. */
  parallel?: number
  /** Runs before a tab goes to its URL: the moment to attach an observer. */
  prepare?: (page: Page, index: number) => Promise<unknown>
  /** How long one tab may take to load. Default 30,000. */
  timeoutMs?: number
  /** Opens no further tab. */
  signal?: AbortSignal
}

/**
 * One tab for each URL, loaded, in the order of the URLs. Whatever fails closes the tabs that are open, and rejects with
 * the first failure.
 */
export async function openTabs(
  context: BrowserContext,
  urls: string[],
  { parallel = 4, prepare, timeoutMs = 30_000, signal }: OpenTabsOptions = {},
): Promise<Page[]> {
  const pages = new Map<number, Page>()
  const failures: unknown[] = []
  const waiting = urls.entries()

  async function openInTurn(): Promise<void> {
    for (const [index, url] of waiting) {
      if (failures.length > 0) return
      try {
        signal?.throwIfAborted()
        const page = await context.newPage()
        pages.set(index, page)
        await prepare?.(page, index)
        await page.goto(url, { waitUntil: 'load', timeout: timeoutMs })
      } catch (error) {
        failures.push(error)
      }
    }
  }

  await Promise.all(Array.from({ length: Math.max(1, Math.min(parallel, urls.length)) }, openInTurn))
  if (failures.length > 0) {
    await Promise.allSettled([...pages.values()].map((page) => page.close()))
    throw failures[0]
  }
  return [...pages].sort(([a], [b]) => a - b).map(([, page]) => page)
}
