/** Real browsers through the proxy: what the ledger counts against what browser, site and kernel say. */
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { findBrowser, type LaunchedBrowser, launchBrowser, observeNetwork } from '../../src/browser/index.js'
import { createProxy, type Proxy as DevProxy } from '../../src/proxy/index.js'
import { establishedAt } from '../support/kernel-sockets.js'
import { needs } from '../support/needs.js'
import { startSite } from './browser-site.js'
import { playSession } from './proxy-session.js'

const eventually = (check: () => void) => vi.waitFor(check, { timeout: 40_000, interval: 20 })

const openEight = (page: Page) =>
  page.evaluate(() => {
    const sources = Array.from({ length: 8 }, (_, index) => new EventSource(`/events?${index}`))
    Object.assign(window, { sources })
  })
const states = (page: Page) =>
  page.evaluate(() =>
    (window as unknown as { sources: EventSource[] }).sources.map(({ readyState }) => readyState).sort(),
  )
const closeFirst = (page: Page) =>
  page.evaluate(() => (window as unknown as { sources: EventSource[] }).sources[0]?.close())

/** The one origin that the page has named. */
const figuresOf = (proxy: DevProxy) => proxy.ledger.snapshot().origins.find(({ origin }) => origin === proxy.url)

describe.runIf(needs('chromium'))('Chromium', () => {
  let browser: LaunchedBrowser
  beforeAll(async () => {
    browser = await launchBrowser(await findBrowser())
  })
  afterAll(() => browser?.close())

  test('opens six of eight streams, and ledger, network events, site and kernel agree', async () => {
    const site = await startSite()
    await using proxy = await createProxy({ target: site.origin })
    const page = await browser.puppeteer.newPage()
    const observer = await observeNetwork(page)
    await page.goto(`${proxy.url}/page`)
    await openEight(page)
    await eventually(() => expect(observer).toMatchObject({ streamsOpen: 6, streamsWaiting: 2 }))
    await eventually(() => expect(figuresOf(proxy)).toMatchObject({ sockets: 6, streaming: 6, busy: 0, idle: 0 }))
    expect(observer.connections.size).toBe(6)
    expect(site.streams.size).toBe(6)
    expect([6, undefined]).toContain(establishedAt(proxy.port))
    expect(await states(page)).toEqual([0, 0, 1, 1, 1, 1, 1, 1])
    expect(figuresOf(proxy)).toMatchObject({ mostInUse: 6, limit: { level: 'reached', reached: 1 } })
    expect(figuresOf(proxy)?.streams.every(({ page: from }) => from === `${proxy.url}/page`)).toBe(true)

    await closeFirst(page)
    await eventually(() => expect(observer).toMatchObject({ streamsOpen: 6, streamsWaiting: 1 }))
    // For a moment there are seven, as one closes and another opens.
    await eventually(() => expect(figuresOf(proxy)).toMatchObject({ sockets: 6, streaming: 6 }))
    await page.close()
    await eventually(() => expect([figuresOf(proxy)?.streaming, site.streams.size]).toEqual([0, 0]))
    await proxy.close()
    await site.close()
  })

  test('over HTTP/2 opens all eight, and the ledger tells that two would wait', async () => {
    const site = await startSite()
    await using proxy = await createProxy({ target: site.origin, http2: true })
    const page = await browser.puppeteer.newPage()
    const session = await page.createCDPSession()
    await session.send('Security.setIgnoreCertificateErrors', { ignore: true })
    await page.goto(`${proxy.url}/page`)
    await openEight(page)
    await eventually(() => expect(figuresOf(proxy)?.demand).toMatchObject({ inFlight: 8, wouldWait: 2 }))
    await eventually(() => expect(site.streams.size).toBe(8))
    expect(figuresOf(proxy)).toMatchObject({ sockets: 1, streaming: 1 })
    await vi.waitFor(async () => expect(await states(page)).toEqual([1, 1, 1, 1, 1, 1, 1, 1]), { timeout: 30_000 })
    await page.close()
    await proxy.close()
    await site.close()
  })

  test.each([1, 2, 3])(
    'session %i: the ledger has the connections that the kernel has, after each step',
    async (seed) => {
      const steps = await playSession(browser, seed, 12)
      expect(steps.length).toBe(12)
      for (const step of steps) {
        expect(step.kernel ?? step.ledger, JSON.stringify(step)).toBe(step.ledger)
        expect(step.streams[0], JSON.stringify(step)).toBe(step.streams[1])
      }
    },
  )
})

describe.runIf(needs('firefox-esr'))('Firefox', () => {
  test('opens six of eight streams, and ledger, network events, site and kernel agree', async () => {
    await using browser = await launchBrowser(await findBrowser({ browser: 'firefox' }))
    const site = await startSite()
    await using proxy = await createProxy({ target: site.origin })
    const page = await browser.puppeteer.newPage()
    const answered = new Set<string>()
    page.on('response', (response) => {
      if (response.headers()['content-type'] === 'text/event-stream') answered.add(response.url())
    })
    await page.goto(`${proxy.url}/page`)
    await openEight(page)
    await eventually(() => expect(figuresOf(proxy)).toMatchObject({ sockets: 6, streaming: 6, busy: 0, idle: 0 }))
    await eventually(() => expect(answered.size).toBe(6))
    expect(site.streams.size).toBe(6)
    expect([6, undefined]).toContain(establishedAt(proxy.port))
    expect(await states(page)).toEqual([0, 0, 1, 1, 1, 1, 1, 1])
    await page.close()
    await eventually(() => expect([figuresOf(proxy)?.streaming, site.streams.size]).toEqual([0, 0]))
    await proxy.close()
    await site.close()
  })
})
