import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findBrowser, type LaunchedBrowser, launchBrowser, observeApp } from '../../src/browser/index.js'
import { isHeld } from '../../src/evidence/app.js'
import { serveApp } from '../support/app-server.js'
import { bundleApp } from '../support/bundle-app.js'
import { needs } from '../support/needs.js'
import { appCases, heldPerTab, streamWords, workerCases } from './app-cases.js'

describe.runIf(needs('chromium'))('an app in the tabs of Chromium', () => {
  let browser: LaunchedBrowser

  beforeAll(async () => {
    browser = await launchBrowser(await findBrowser({ browser: 'chromium' }), {
      insecure: true,
    })
  })

  afterAll(() => browser?.close())

  test.each([...appCases, ...workerCases])('$app: every stream and the line that opened it', async (expected) => {
    await using app = await serveApp(expected.app)
    const seen = await observeApp(browser, app.url, { tabs: 2, steps: expected.steps ?? [], quietMs: 800 })
    expect(heldPerTab(seen)).toEqual([expected.perTab, expected.perTab])
    expect(seen.shared.filter(isHeld).map(streamWords)).toEqual(expected.shared ?? [])
    expect(seen).toMatchObject({ protocol: 'http/1.1', tabs: 2, firstStalledTab: null, settled: true })
    expect(seen.origins).toHaveLength(1)
  })

  test('six tabs with a stream each stall the seventh, and not one before it', async () => {
    // Without an icon of its own: the browser asks for one, in vain where all connections are held.
    const files = { '/': '<!doctype html><title>One stream</title><script src="live.js"></script>' }
    await using app = await serveApp('one-stream', { files })
    const seen = await observeApp(browser, app.url, { tabs: 7, quietMs: 300 })
    expect(seen.perTab.map(({ loaded }) => loaded)).toEqual([true, true, true, true, true, true, false])
    expect(seen.perTab[6]?.waiting).toMatchObject([{ url: app.url, type: 'Document' }])
    expect(seen.firstStalledTab).toBe(7)
    const requests = seen.perTab.map((tab) => tab.requests ?? [])
    // The page, its script and its stream: all on one clock, in the order in which it goes.
    const own = requests.slice(0, 6).flatMap((tab) => tab.filter(({ url }) => !url.endsWith('/favicon.ico')))
    expect(own.slice(-3).map(({ kind }) => kind)).toEqual(['page', 'request', 'stream'])
    for (const { askedMs, sentMs, answeredMs, endedMs, kind } of own) {
      expect(sentMs).toBeGreaterThanOrEqual(askedMs)
      expect(answeredMs).toBeGreaterThanOrEqual(sentMs ?? 0)
      expect(endedMs === null).toBe(kind === 'stream')
    }
    expect(requests[6]).toMatchObject([{ kind: 'page', sentMs: null, answeredMs: null, endedMs: null }])
    expect(requests[6]?.[0]?.askedMs).toBeGreaterThan(own.at(-1)?.answeredMs ?? 0)
    expect((seen.watchedMs ?? 0) - (requests[6]?.[0]?.askedMs ?? 0)).toBeGreaterThan(2000)
    expect(seen.origins).toMatchObject([{ sockets: 6, streamsOpen: 6, streamsWaiting: 0, stalledRequests: 1 }])
  })

  test('a stream that finds no connection waits, in a tab that has loaded', async () => {
    await using app = await serveApp('three-streams')
    const seen = await observeApp(browser, app.url, { tabs: 3, quietMs: 300 })
    expect(seen.firstStalledTab).toBe(3)
    await using leaking = await serveApp('leak')
    const steps = ['#inbox', '#team', '#settings'].map((click) => ({ click }))
    const second = await observeApp(browser, leaking.url, { tabs: 2, steps, quietMs: 300 })
    expect(second.perTab[1]?.streams.map(({ state }) => state)).toEqual(['open', 'open', 'waiting', 'waiting'])
    expect(second).toMatchObject({ firstStalledTab: 2, origins: [{ sockets: 6, streamsOpen: 6, streamsWaiting: 2 }] })
  })

  test('pages that ask again and again are counted, though some request is always too young to tell', async () => {
    const polling = `for (let n = 0; n < 3; n++) new EventSource('/events/' + n)
      setInterval(() => fetch('/poll').catch(() => {}), 150)`
    await using app = await serveApp('three-streams', { files: { '/live.js': polling, '/poll': 'yes' } })
    const seen = await observeApp(browser, app.url, { tabs: 2, quietMs: 300 })
    expect(seen).toMatchObject({ settled: true, origins: [{ sockets: 6, streamsOpen: 6, streamsWaiting: 0 }] })
  })

  test('over HTTP/2 nothing stalls', async () => {
    await using app = await serveApp('one-stream', { http2: true })
    const seen = await observeApp(browser, app.url, { tabs: 8, quietMs: 300 })
    expect(seen).toMatchObject({
      protocol: 'h2',
      firstStalledTab: null,
      origins: [{ protocol: 'h2', sockets: 1, streamsOpen: 8, streamsWaiting: 0, stalledRequests: 0 }],
    })
    expect(seen.perTab.every(({ loaded }) => loaded)).toBe(true)
  })

  test('tabs that share a stream hold one', async () => {
    await using app = await serveApp('coordinator')
    const seen = await observeApp(browser, app.url, { tabs: 3, quietMs: 800 })
    expect(seen.origins).toMatchObject([{ streamsOpen: 1 }])
    expect(seen.perTab.flatMap(({ streams }) => streams.filter(isHeld))).toHaveLength(1)
  })

  test.each([
    ['external', false],
    ['inline', false],
    ['external', true],
  ] as const)('StrictMode opens two, and the %s map (minified: %s) leads to the hook', async (map, minify) => {
    const files = await bundleApp('strict-mode', 'src/main.tsx', { map, minify })
    await using app = await serveApp('strict-mode', { files })
    const seen = await observeApp(browser, app.url, { tabs: 1, quietMs: 500 })
    const held = seen.perTab[0]?.streams.filter(isHeld) ?? []
    expect(held.map(({ url, openedBy }) => [new URL(url).pathname, openedBy?.file, openedBy?.line])).toEqual([
      ['/events/leaking', 'src/use-live.ts', 7],
      ['/events/leaking', 'src/use-live.ts', 7],
      ['/events/tidy', 'src/main.tsx', 12],
    ])
  })

  test('an EventSource that comes back is one stream', async () => {
    await using app = await serveApp('one-stream')
    const cut = setInterval(app.cut, 500)
    const seen = await observeApp(browser, app.url, { tabs: 1, quietMs: 5000, settleMs: 2500 })
    clearInterval(cut)
    const streams = seen.perTab[0]?.streams ?? []
    expect(streams).toHaveLength(1)
    expect(streams[0]?.reconnects).toBeGreaterThan(1)
    expect(isHeld(streams[0] ?? { state: 'closed' })).toBe(true)
  })

  test('the names that a minifier took come back, or are left out', async () => {
    const files = await bundleApp('three-streams', 'live.js', { minify: true })
    await using app = await serveApp('three-streams', { files: { ...files, '/live.js': files['/app.js'] ?? '' } })
    const seen = await observeApp(browser, app.url, { tabs: 1, quietMs: 500 })
    expect(heldPerTab(seen)[0]?.slice(0, 2)).toEqual([
      '/events/live EventSource page live.js:3 startLive',
      '/events/presence EventSource page live.js:8',
    ])
  })

  test('where nothing listens it says so', async () => {
    const app = await serveApp('one-stream')
    await app.close()
    await expect(observeApp(browser, app.url, { tabs: 1 })).rejects.toMatchObject({
      code: 'page-not-loaded',
      message: `${app.url} did not load: ERR_CONNECTION_REFUSED.`,
    })
  })

  test('a page that answers 404, or never finishes, says so', async () => {
    await using app = await serveApp('one-stream', {
      intercept: (request) => request.url === '/live.js',
    })
    await expect(observeApp(browser, `${app.url}nothing`, { tabs: 1 })).rejects.toMatchObject({
      code: 'page-not-loaded',
      message: `${app.url}nothing answered 404.`,
    })
    await expect(observeApp(browser, app.url, { tabs: 1, timeoutMs: 2000 })).rejects.toMatchObject({
      code: 'page-not-loaded',
      message: `${app.url} did not finish loading within 2 s. It still waits for ${app.url}live.js.`,
    })
  })

  test('a selector that is not there names step, selector and page', async () => {
    await using app = await serveApp('one-stream')
    const steps = [{ waitFor: 'p' }, { click: '#missing' }]
    await expect(observeApp(browser, app.url, { tabs: 1, steps, timeoutMs: 2000 })).rejects.toMatchObject({
      code: 'step-failed',
      message: `Step 2 (click #missing) failed: there is no visible “#missing” on ${app.url} within 2 s.`,
    })
  })

  test('cookies, headers and set-up reach the app, and the streams', async () => {
    const seenHeaders: Record<string, unknown>[] = []
    await using app = await serveApp('one-stream', {
      intercept: ({ url, headers }) => {
        if (url?.startsWith('/events/')) seenHeaders.push({ cookie: headers.cookie, team: headers['x-team'] })
        return false
      },
    })
    await observeApp(browser, app.url, {
      tabs: 1,
      quietMs: 300,
      cookies: [{ name: 'session', value: 'one' }],
      headers: { 'x-team': 'blue' },
      setup: (page) => page.evaluate('document.cookie = "extra=two"'),
    })
    expect(seenHeaders.at(-1)).toEqual({ cookie: 'session=one; extra=two', team: 'blue' })
  })
})

describe.runIf(needs('firefox-esr'))('an app in the tabs of Firefox', () => {
  let browser: LaunchedBrowser

  beforeAll(async () => {
    browser = await launchBrowser(await findBrowser({ browser: 'firefox' }), { insecure: true })
  })

  afterAll(() => browser?.close())

  test.each(appCases)('$app: every stream and the line that opened it', async (expected) => {
    await using app = await serveApp(expected.app)
    const seen = await observeApp(browser, app.url, { tabs: 2, steps: expected.steps ?? [], quietMs: 800 })
    expect(heldPerTab(seen)).toEqual([expected.perTab, expected.perTab])
    expect(seen).toMatchObject({ protocol: 'http/1.1', tabs: 2, firstStalledTab: null, settled: true })
  })

  test('a stream that a worker fetches is seen, and nobody knows who opened it', async () => {
    await using app = await serveApp('worker-fetch')
    const seen = await observeApp(browser, app.url, { tabs: 1, quietMs: 800 })
    expect(heldPerTab(seen)).toEqual([['/events/live fetch unknown nowhere']])
    expect(seen.unseenWorkers).toBe(1)
    expect(seen.blindSpots.join(' ')).toContain('worker')
  })

  test('tabs opened one by one stall at the tenth: a navigation may use three connections more than six', async () => {
    await using app = await serveApp('one-stream')
    const seen = await observeApp(browser, app.url, { tabs: 10, quietMs: 300 })
    expect(seen).toMatchObject({
      firstStalledTab: 10,
      origins: [{ sockets: null, streamsOpen: 9, stalledRequests: 1 }],
    })
  })

  test('over HTTP/2 nothing stalls', async () => {
    await using app = await serveApp('one-stream', { http2: true })
    const seen = await observeApp(browser, app.url, { tabs: 8, quietMs: 300 })
    expect(seen).toMatchObject({ protocol: 'h2', firstStalledTab: null, origins: [{ streamsOpen: 8 }] })
  })
})
