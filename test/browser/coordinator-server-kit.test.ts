/** The coordinator against the server kit of this package: resume, reset, dismissal and bytes. */
import type { Browser, BrowserContext, Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { type Channel, createChannel, createSession, encodeBinary, type Session } from '../../src/server/index.js'
import { bundle } from '../coordinator/stream-server.js'
import { serve } from '../server/support/serve.js'
import { needs } from '../support/needs.js'
import { launchChromium, until } from './coordinator-tabs.js'

/** What a page's coordinator was told. */
interface Told {
  data: unknown[]
  connected: boolean[]
  errors: string[]
  gaps: number
}

describe.runIf(needs('chromium'))('with the server kit', () => {
  let browser: Browser
  let context: BrowserContext
  let channel: Channel
  let sessions: Session[]
  let script: string

  beforeAll(async () => {
    browser = await launchChromium()
    script = await bundle('index', 'iife')
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    context = await browser.createBrowserContext()
    channel = createChannel({ history: { size: 3 } })
    sessions = []
  })
  afterEach(() => context.close())

  async function openPages(count: number, options = '{}'): Promise<Page[]> {
    const { url } = await serve((request, response) => {
      if (request.url !== '/events') {
        response.setHeader('Content-Type', 'text/html').end(`<!doctype html><script>${script}</script>`)
        return
      }
      const session = createSession(request, response, { retry: 50 })
      sessions.push(session)
      channel.register(session)
    })
    const pages = await Promise.all(Array.from({ length: count }, () => context.newPage()))
    onTestFinished(async () => void (await Promise.allSettled(pages.map((page) => page.close()))))
    for (const page of pages) {
      await page.goto(url)
      await page.evaluate(`
        told = { data: [], connected: [], errors: [], gaps: 0 }
        new coordinator.SSECoordinator({
          url: '/events',
          onEvent: ({ data }) => told.data.push(data),
          onConnectionChange: (connected) => told.connected.push(connected),
          onError: (error) => told.errors.push(error.message),
          onGap: () => told.gaps++,
          ...${options},
        }).connect()`)
      await until(async () => (await toldTo(page)).connected.at(-1) === true, 'the page is connected')
    }
    return pages
  }

  const toldTo = (page: Page) => page.evaluate('told') as Promise<Told>
  const untilTold = (page: Page, data: unknown) =>
    until(async () => (await toldTo(page)).data.at(-1) === data, `the page has ${data}`)
  const dropAll = () => Promise.all([...channel.activeSessions].map((session) => session.close()))

  test('a change of leader and a drop by the server lose nothing', async () => {
    const [leader, follower] = (await openPages(2)) as [Page, Page]
    channel.broadcast(1)
    await untilTold(follower, 1)
    await leader.close()
    channel.broadcast(2)
    await untilTold(follower, 2)
    await dropAll()
    channel.broadcast(3)
    await untilTold(follower, 3)
    expect((await toldTo(follower)).data).toEqual([1, 2, 3])
    expect((await toldTo(follower)).gaps).toBe(0)
    expect(sessions).toHaveLength(3)
  })

  test('a reset by the server is a gap in all tabs', async () => {
    const pages = await openPages(2)
    channel.broadcast(1)
    for (const page of pages) await untilTold(page, 1)
    await dropAll()
    for (let count = 2; count < 10; count++) channel.broadcast(count)
    for (const page of pages) await until(async () => (await toldTo(page)).gaps === 1, 'the page is told')
    channel.broadcast(10)
    for (const page of pages) await untilTold(page, 10)
    for (const page of pages) expect((await toldTo(page)).gaps).toBe(1)
  })

  test('who is dismissed stays away, in all tabs and without an error', async () => {
    const pages = await openPages(3)
    channel.broadcast(1)
    for (const page of pages) await untilTold(page, 1)
    await sessions[0]?.dismiss('bye')
    for (const page of pages) {
      await until(async () => (await toldTo(page)).connected.at(-1) === false, 'the page is told')
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    for (const page of pages) {
      expect(await toldTo(page)).toEqual({ data: [1], connected: [true, false], errors: [], gaps: 0 })
    }
    expect(sessions).toHaveLength(1)
  })

  test('whoever asks for disconnect events on the same stream is not ended by those who do not', async () => {
    const [page] = (await openPages(1)) as [Page]
    await page.evaluate(`
      heard = []
      new coordinator.SSECoordinator({
        url: '/events',
        eventTypes: ['disconnect'],
        onEvent: ({ data }) => heard.push(data),
      }).connect()`)
    await new Promise((resolve) => setTimeout(resolve, 300))
    channel.broadcast('of the app', 'disconnect')
    await until(async () => ((await page.evaluate('heard')) as unknown[]).length === 1, 'it has heard')
    await until(async () => (await toldTo(page)).connected.at(-1) === false, 'the other has left')
    await until(() => channel.sessionCount === 1, 'the stream is read on')
    channel.broadcast('more')
    await until(async () => ((await page.evaluate('heard')) as unknown[]).length === 2, 'it hears on')
    expect(await page.evaluate('heard')).toEqual(['of the app', 'more'])
    expect((await toldTo(page)).data).toEqual([])
  })

  test('an app that asks for disconnect events gets them, and stays', async () => {
    const [page] = (await openPages(1, "{ eventTypes: ['disconnect'] }")) as [Page]
    channel.broadcast('of the app', 'disconnect')
    await untilTold(page, 'of the app')
    channel.broadcast(1)
    await untilTold(page, 1)
    expect(sessions).toHaveLength(1)
  })

  test('bytes arrive as they were', async () => {
    const [page] = (await openPages(1)) as [Page]
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)
    channel.broadcast(encodeBinary(bytes))
    await until(async () => (await toldTo(page)).data.length === 1, 'the page has them')
    expect(await page.evaluate('[...coordinator.decodeBinary(told.data[0])]')).toEqual([...bytes])
  })
})
