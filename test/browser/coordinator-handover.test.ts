/**
 * One stream for eight tabs in a real Chromium, and what Chromium alone can show: a page that is kept in the back/forward
 * cache. The other ways in which a tab ends are in the contract.
 */
import type { Browser, Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type StreamServer, startStreamServer } from '../coordinator/stream-server.js'
import { account, endings, launchChromium, openTab, seenBy, until } from './coordinator-tabs.js'

let browser: Browser
let server: StreamServer | undefined

beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser?.close())
afterEach(async () => {
  for (const page of (await browser.pages()).slice(1)) await page.close().catch(() => {})
  await server?.close()
  server = undefined
})

async function openTabs(count: number): Promise<Page[]> {
  server = await startStreamServer()
  const pages: Page[] = []
  for (let tab = 0; tab < count; tab++) pages.push(await openTab(browser, server.url))
  await Promise.all(pages.map((page) => until(async () => (await seenBy(page)).ids.length > 3, 'every tab receives')))
  return pages
}

async function expectAllToReceive(pages: Page[], fromId: number): Promise<void> {
  await Promise.all(
    pages.map((page) =>
      until(async () => Number((await seenBy(page)).ids.at(-1) ?? 0) > fromId, `the tab receives past ${fromId}`),
    ),
  )
  for (const page of pages) expect(account((await seenBy(page)).ids)).toEqual({ lost: 0, duplicated: 0 })
}

test('eight tabs share one stream, and all of them receive', async () => {
  const pages = await openTabs(8)
  expect(server?.open).toBe(1)
  expect(server?.mostOpen).toBe(1)
  await expectAllToReceive(pages, (server?.lastId ?? 0) + 10)
})

test('a leader that comes back out of the back/forward cache was kept there, and catches up', async () => {
  const [leader, ...others] = await openTabs(3)
  if (!leader || !server) throw new Error('no tabs')
  await endings.bfcache(leader)
  await expectAllToReceive(others, server.lastId + 20)
  expect(server.open).toBe(1)
  for (const page of others) expect((await seenBy(page)).log).toEqual(['open'])
  await leader.goBack()
  // Kept, for no message came to wake it: else it would have been loaded anew.
  expect(await leader.evaluate(() => !!globalThis.seen)).toBe(true)
  await expectAllToReceive([leader, ...others], server.lastId + 5)
  expect(server.open).toBe(1)
})
