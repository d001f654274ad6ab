import { setTimeout as sleep } from 'node:timers/promises'
import type { BrowserContext, Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { endings, findBrowser, type LaunchedBrowser, launchBrowser, openTabs } from '../../src/browser/index.js'
import { type Site, startSite } from './browser-site.js'

/** Each ending is tried against a real Web Lock: the leader holds it, the follower has asked for it. */

let browser: LaunchedBrowser
let context: BrowserContext
let site: Site
let leader: Page
let follower: Page

declare global {
  interface Window {
    granted: number | undefined
    ticks: number
    shown: boolean[]
  }
}

/** Holds the lock once it is granted, says when, and notes whether the page comes and goes by the back/forward cache. */
function holdLock(): void {
  window.granted = undefined
  navigator.locks.request('lead', () => {
    window.granted = performance.timeOrigin + performance.now()
    return new Promise(() => {})
  })
  window.ticks = 0
  setInterval(() => {
    window.ticks++
  }, 20)
  window.shown = []
  window.addEventListener('pageshow', (event) => window.shown.push(event.persisted))
  window.addEventListener('pagehide', (event) => {
    sessionStorage.setItem('persisted', String(event.persisted))
  })
}

beforeAll(async () => {
  browser = await launchBrowser(await findBrowser())
})
afterAll(() => browser.close())

beforeEach(async () => {
  site = await startSite()
  context = await browser.puppeteer.createBrowserContext()
  const pages = await openTabs(context, [`${site.origin}/leader`, `${site.origin}/follower`])
  ;[leader, follower] = pages as [Page, Page]
  await leader.evaluate(holdLock)
  await vi.waitFor(async () => expect(await leader.evaluate(() => window.granted)).toBeTypeOf('number'))
  await follower.evaluate(holdLock)
})
afterEach(async () => {
  await context.close()
  await site.close()
})

const grantedAt = () => follower.evaluate(() => window.granted)

/** Resolves with the moment at which the follower got the lock. */
async function handOver(): Promise<number> {
  return vi.waitFor(
    async () => {
      const at = await grantedAt()
      if (at === undefined) throw new Error('The follower has no lock')
      return at
    },
    { timeout: 30_000, interval: 20 },
  )
}

const ticks = () => leader.evaluate(() => window.ticks)

/** The browser's clock and ours are read in two processes: allow for a few milliseconds between them. */
const clockSkewMs = 20

test('close hands the lock over after the moment it returns', async () => {
  const at = await endings.close(leader)
  expect(leader.isClosed()).toBe(true)
  expect(await handOver()).toBeGreaterThan(at - clockSkewMs)
  expect(Math.abs(Date.now() - at)).toBeLessThan(10_000)
})

test('crash hands the lock over and resolves although the tab never answers', async () => {
  const at = await endings.crash(leader)
  expect(await handOver()).toBeGreaterThan(at - clockSkewMs)
  expect(leader.isClosed()).toBe(false)
})

test('freeze stops the page, which keeps the lock, until unfreeze', async () => {
  await endings.freeze(leader)
  const before = await ticks()
  await sleep(500)
  expect(await ticks()).toBe(before)
  expect(await grantedAt()).toBeUndefined()
  await endings.unfreeze(leader)
  await vi.waitFor(async () => expect(await ticks()).toBeGreaterThan(before), { timeout: 30_000 })
  expect(await grantedAt()).toBeUndefined()
})

test('hang blocks the page, which keeps the lock, for as long as was asked', async () => {
  const at = await endings.hang(leader, 700)
  await ticks() // Answered only when the page is free again.
  expect(performance.timeOrigin + performance.now() - at).toBeGreaterThanOrEqual(690)
  expect(await grantedAt()).toBeUndefined()
})

test('hang can be ended by closing the tab', async () => {
  await endings.hang(leader, 60_000)
  await endings.close(leader)
  await handOver()
})

test('followLink puts the page into the back/forward cache, lock and all, and going back brings it out', async () => {
  await endings.followLink(leader, 'a')
  expect(leader.url()).toBe(`${site.origin}/next`)
  expect(await leader.evaluate(() => [document.title, sessionStorage.getItem('persisted')])).toEqual(['/next', 'true'])
  await sleep(500)
  expect(await grantedAt()).toBeUndefined()

  await leader.goBack()
  expect(await leader.evaluate(() => [document.title, ...window.shown])).toEqual(['/leader', true])
  expect(await grantedAt()).toBeUndefined()
})

test('followLink works for a tab in the background', async () => {
  await follower.bringToFront()
  expect(await leader.evaluate(() => document.visibilityState)).toBe('hidden')
  await endings.followLink(leader, 'a')
  expect(leader.url()).toBe(`${site.origin}/next`)
})
