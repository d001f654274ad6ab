import { setTimeout as sleep } from 'node:timers/promises'
import type { BrowserContext, Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import {
  endings,
  findBrowser,
  type LaunchedBrowser,
  launchBrowser,
  type NetworkObserver,
  observeNetwork,
  openTabs,
  sum,
} from '../../src/browser/index.js'
import { type Site, startSite } from './browser-site.js'

let browser: LaunchedBrowser
let context: BrowserContext
let site: Site

beforeAll(async () => {
  browser = await launchBrowser(await findBrowser())
})
afterAll(() => browser.close())

beforeEach(async () => {
  site = await startSite()
  context = await browser.puppeteer.createBrowserContext()
})
afterEach(async () => {
  await context.close()
  await site.close()
})

async function openObserved(count: number, path = '/page'): Promise<{ pages: Page[]; observers: NetworkObserver[] }> {
  const observers: NetworkObserver[] = []
  const urls = Array.from({ length: count }, (_, index) => `${site.origin}${path}?${index}`)
  const pages = await openTabs(context, urls, {
    prepare: async (page, index) => {
      observers[index] = await observeNetwork(page)
    },
  })
  return { pages, observers }
}

const openStream = (page: Page, path: string) =>
  page.evaluate((url) => {
    Object.assign(window, { stream: new EventSource(url) })
  }, path)

const eventually = (check: () => void) => vi.waitFor(check, { timeout: 30_000, interval: 20 })

test('eight tabs with a stream each: six are open, two wait', async () => {
  const { pages, observers } = await openObserved(8)
  for (const [index, page] of pages.entries()) await openStream(page, `/events?${index}`)
  await eventually(() =>
    expect(sum(observers)).toMatchObject({ streamsOpen: 6, streamsWaiting: 2, requestsWaiting: 2 }),
  )
  expect(sum(observers).connections.size).toBe(6)
  expect(site.streams.size).toBe(6)
  expect(observers.map(({ streamsOpen }) => streamsOpen).sort()).toEqual([0, 0, 1, 1, 1, 1, 1, 1])

  await pages[0]?.close()
  await eventually(() => expect(sum(observers)).toMatchObject({ streamsOpen: 6, streamsWaiting: 1 }))
  expect(observers[0]).toMatchObject({ streamsOpen: 0, streamsWaiting: 0 })
  expect(site.streams.size).toBe(6)
})

test('a fetch that waits is no stream, and one answered with an event stream is', async () => {
  const { pages, observers } = await openObserved(7)
  for (const [index, page] of pages.entries()) {
    await page.evaluate((url) => {
      fetch(url).then((response) => Object.assign(window, { response }))
    }, `/events?${index}`)
  }
  await eventually(() =>
    expect(sum(observers)).toMatchObject({ streamsOpen: 6, streamsWaiting: 0, requestsWaiting: 1 }),
  )
})

test('requests that are sent and not answered do not wait', async () => {
  const { pages, observers } = await openObserved(1)
  await pages[0]?.evaluate(() => void fetch('/silent'))
  await sleep(400)
  expect(observers[0]).toMatchObject({ streamsOpen: 0, requestsWaiting: 0 })
})

test('streams that end, fail or are closed are open no more', async () => {
  const { pages, observers } = await openObserved(3)
  const [ending, failing, closing] = pages
  if (!ending || !failing || !closing) throw new Error('no pages')
  await openStream(ending, '/short')
  await openStream(failing, '/failing')
  await openStream(closing, '/events')
  await eventually(() => expect(observers[2]).toMatchObject({ streamsOpen: 1 }))
  await closing.evaluate(() => (window as unknown as { stream: EventSource }).stream.close())
  await eventually(() => expect(sum(observers)).toMatchObject({ streamsOpen: 0, connections: new Set() }))
  await sleep(300)
  expect(sum(observers)).toMatchObject({ streamsWaiting: 0, requestsWaiting: 0 })
})

test('a stream behind a redirect is one stream', async () => {
  const { pages, observers } = await openObserved(1)
  await openStream(pages[0] as Page, '/moved?x')
  await eventually(() => expect(observers[0]).toMatchObject({ streamsOpen: 1 }))
  await sleep(300)
  expect(observers[0]).toMatchObject({ streamsOpen: 1, streamsWaiting: 0 })
  expect(observers[0]?.connections.size).toBe(1)
})

test('the second hop of a redirect can wait, too', async () => {
  const { pages, observers } = await openObserved(7)
  for (const [index, page] of pages.entries()) {
    await openStream(page, index === 6 ? '/events?late' : `/moved?${index}`)
  }
  await eventually(() => expect(sum(observers)).toMatchObject({ streamsOpen: 6, streamsWaiting: 1 }))
})

test('streams of workers and frames count for their tab', async () => {
  const { pages, observers } = await openObserved(1)
  await pages[0]?.evaluate(() => {
    new Worker('/worker.js')
    const frame = document.createElement('iframe')
    frame.src = '/frame'
    frame.onload = () => {
      const inside = frame.contentWindow as unknown as { EventSource: typeof EventSource; stream: EventSource }
      inside.stream = new inside.EventSource('/events?frame')
    }
    document.body.append(frame)
  })
  await eventually(() => expect(observers[0]).toMatchObject({ streamsOpen: 2 }))
  await pages[0]?.evaluate(() => document.querySelector('iframe')?.remove())
  await eventually(() => expect(observers[0]).toMatchObject({ streamsOpen: 1 }))
})

test('a reload forgets what the old document had open', async () => {
  const { pages, observers } = await openObserved(1)
  await openStream(pages[0] as Page, '/events')
  await eventually(() => expect(observers[0]).toMatchObject({ streamsOpen: 1 }))
  await pages[0]?.reload()
  await eventually(() => expect(observers[0]).toMatchObject({ streamsOpen: 0, connections: new Set() }))
})

test('a crash forgets what the tab had open', async () => {
  const { pages, observers } = await openObserved(1)
  await openStream(pages[0] as Page, '/events')
  await eventually(() => expect(observers[0]).toMatchObject({ streamsOpen: 1 }))
  await endings.crash(pages[0] as Page)
  await eventually(() => expect(observers[0]).toMatchObject({ streamsOpen: 0, connections: new Set() }))
})

test('a stream kept in the back/forward cache counts again when its page is back', async () => {
  const { pages, observers } = await openObserved(1)
  const [page] = pages
  if (!page) throw new Error('no page')
  await openStream(page, '/events')
  await eventually(() => expect(observers[0]).toMatchObject({ streamsOpen: 1 }))
  await endings.followLink(page, 'a')
  await eventually(() => expect(observers[0]).toMatchObject({ streamsOpen: 0, connections: new Set() }))
  expect(site.streams.size).toBe(1)
  await page.goBack()
  await eventually(() => expect(observers[0]).toMatchObject({ streamsOpen: 1 }))
})

test('a closed observer sees nothing and the page goes on', async () => {
  const { pages, observers } = await openObserved(1)
  await openStream(pages[0] as Page, '/events')
  await eventually(() => expect(observers[0]).toMatchObject({ streamsOpen: 1 }))
  await observers[0]?.close()
  await observers[0]?.close()
  expect(observers[0]).toMatchObject({ streamsOpen: 0, connections: new Set() })
  expect(site.streams.size).toBe(1)
})

test('a tab that cannot load closes the others', async () => {
  const urls = [`${site.origin}/1`, 'http://127.0.0.1:1/', `${site.origin}/2`]
  await expect(openTabs(context, urls)).rejects.toThrow('ERR_UNSAFE_PORT')
  expect(await context.pages()).toEqual([])
})
