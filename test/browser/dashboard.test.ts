/** The dashboard as a person uses it: in real browsers, with the keyboard, on small screens, with hostile streams. */
import type { Browser, Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createDashboard, type Dashboard } from '../../src/proxy/dashboard/index.js'
import { createProxy, type Proxy as DevProxy } from '../../src/proxy/index.js'
import { type Injection, injectCoordinator } from '../../src/proxy/inject/index.js'
import { needs } from '../support/needs.js'
import { type App, bothBrowsers, startApp } from './both-browsers.js'
import { launchChromium, until } from './coordinator-tabs.js'

const hostile = [
  '<img src=x onerror="globalThis.wasHurt = true">',
  '</script><script>globalThis.wasHurt = true</script>',
  '\u001b[31mred\u001b[0m \u202Edlrow',
  '{"__proto__":{"hurt":1}}',
]

let app: App

beforeAll(async () => {
  app = await startApp((request, response) => {
    const { url = '/' } = request
    if (!url.startsWith('/events') && !url.startsWith('/hostile')) {
      response.writeHead(200, { 'content-type': 'text/html' })
      return void response.end('<!doctype html><link rel="icon" href="data:,"><title>app</title>')
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    let count = 0
    const tick = () => response.write(`id: ${++count}\nevent: tick\ndata: {"n":${count}}\n\n`)
    const attack = () => {
      for (const text of hostile) response.write(`event: ${text}\nid: ${text}\ndata: ${text}\n\n`)
      response.write(`event: large\ndata: ${'x'.repeat(1_000_000)}\n\n`)
    }
    const timer = url.startsWith('/hostile') ? setInterval(attack, 500) : setInterval(tick, 100)
    response.on('close', () => clearInterval(timer))
  })
})

afterAll(() => app.close())

describe.each(bothBrowsers)('in %s', (program, launch) => {
  describe.runIf(needs(program))('the dashboard', () => {
    let browser: Browser
    let proxy: DevProxy
    let injection: Injection
    let dashboard: Dashboard
    let page: Page
    let faults: string[]
    /** Streams that tabs of the dashboard have asked for. */
    let streamsAsked: number

    beforeAll(async () => {
      browser = await launch()
    })
    afterAll(() => browser?.close())

    beforeEach(async () => {
      proxy = await createProxy({ target: app.url })
      injection = await injectCoordinator(proxy, { on: false })
      dashboard = await createDashboard(proxy, { injection, har: () => ({ log: {} }) })
      faults = []
      streamsAsked = 0
      page = await openDashboard(1280)
    })
    afterEach(async () => {
      await Promise.all(
        (await browser.pages()).map((each) => (each.url().startsWith('http') ? each.close() : undefined)),
      )
      await dashboard.close()
      injection.close()
      await proxy.close()
    })

    async function openDashboard(width: number, url = dashboard.url): Promise<Page> {
      const opened = await browser.newPage()
      opened.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warn') faults.push(message.text())
      })
      opened.on('request', (request) => {
        if (new URL(request.url()).pathname === '/events') streamsAsked++
      })
      opened.on('pageerror', (error) => faults.push(String(error)))
      await opened.setViewport({ width, height: 900 })
      await opened.goto(url)
      await until(async () => (await textOf(opened, '#link')) === 'Live', 'the dashboard is live')
      return opened
    }

    /** A page of the app with so many streams. */
    async function openStreams(count: number, path = '/events'): Promise<Page> {
      const tab = await browser.newPage()
      await tab.goto(proxy.url)
      await tab.evaluate(
        (count, path) => {
          const sources = Array.from({ length: count }, (_, index) => new EventSource(`${path}?${index}`))
          Object.assign(globalThis, { sources })
        },
        count,
        path,
      )
      await page.bringToFront()
      return tab
    }

    const textOf = (from: Page, selector: string) =>
      from.evaluate((selector) => document.querySelector(selector)?.textContent ?? '', selector)
    const kinds = () =>
      page.evaluate(() => [...document.querySelectorAll('.slot')].map((slot) => slot.getAttribute('data-kind')))
    const focused = () =>
      page.evaluate(
        () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent?.trim() ?? '',
      )

    test('shows six slots that fill with eight EventSources, and empty again', async () => {
      const tab = await openStreams(8)
      await until(async () => (await kinds()).filter((kind) => kind === 'stream').length === 6, 'six slots are held')
      expect(await kinds()).toHaveLength(6)
      expect(await textOf(page, '.verdict')).toBe('! 6 of 6 held by streams: the next request waits')
      await until(async () => (await textOf(page, '#announcer')).includes('6 of 6 held by streams'), 'it is announced')
      await until(async () => Number(await textOf(page, 'td.number')) > 3, 'events are counted')
      await tab.close()
      await until(async () => !(await kinds()).includes('stream'), 'the slots are free')
      expect(await textOf(page, '#streams-view .empty:not([hidden])')).toBe('No event stream is open.')
      expect(faults).toEqual([])
    })

    test('shares one stream among its own tabs', async () => {
      const more = await Promise.all([1280, 1280, 1280].map((width) => openDashboard(width)))
      await openStreams(2)
      for (const each of [page, ...more]) {
        await until(async () => (await textOf(each, '#stream-count')) === '2', 'every tab shows the streams')
      }
      expect(streamsAsked).toBe(1)
      expect(faults).toEqual([])
    })

    test('is used with the keyboard alone: a fault is switched on, acts, and is switched off', async () => {
      const tab = await openStreams(1)
      await page.evaluate(() => document.body.focus())
      await tabTo('', '#fault')
      await page.keyboard.type('close@event=1')
      await page.keyboard.press('Enter')
      await until(() => proxy.faults.list().length === 1, 'the fault is on')
      await until(async () => (await textOf(page, '.active-faults code')) === 'close@event=1', 'it is shown')
      await until(async () => (await textOf(page, '#announcer')) === 'Fault close@event=1 is on.', 'it is said')
      await tab.evaluate(() => new EventSource('/events?again').addEventListener('error', () => {}))
      await until(() => proxy.ledger.streams().some(({ endedBy }) => endedBy === 'server'), 'a stream is closed by it')
      await tabTo('Switch off close@event=1')
      await page.keyboard.press(' ')
      await until(() => page.evaluate(() => document.activeElement?.id === 'fault'), 'the focus is at the field')
      expect(proxy.faults.list()).toEqual([])
      await tabTo('All 34 faults', '.all > summary')
      await page.keyboard.press('Enter')
      await tabTo('latency', '.all-faults .switch')
      await page.keyboard.press(' ')
      await until(async () => (await isChecked('.all-faults .switch')) === 'true', 'the switch is on')
      expect(proxy.faults.list()).toMatchObject([{ text: 'latency' }])
      await page.keyboard.press(' ')
      await until(async () => (await isChecked('.all-faults .switch')) === 'false', 'the switch is off')
      expect(proxy.faults.list()).toEqual([])
      expect(faults).toEqual([])
    })

    test('is used with the keyboard alone: a stream is chosen, its events are read, and closed again', async () => {
      await openStreams(3)
      await until(async () => (await textOf(page, '#stream-count')) === '3', 'three streams are listed')
      await tabTo('', '.row-button')
      await page.keyboard.press('ArrowDown')
      expect(await focused()).toMatch(/^#2 /)
      await page.keyboard.press('Enter')
      await until(async () => (await textOf(page, '.events li')).includes('tick'), 'its events are shown')
      expect(await focused()).toMatch(/^#2 \/events/)
      const shownIds = () =>
        page.evaluate(() => [...document.querySelectorAll('.event-id')].map(({ textContent }) => textContent))
      const first = (await shownIds()).length
      await until(async () => (await shownIds()).length > first + 3, 'more come')
      const ids = await shownIds()
      expect(ids.length - new Set(ids).size).toBe(0)
      await page.type('.tools input', 'no such event')
      expect(await page.evaluate(() => document.querySelectorAll('.events li:not([hidden])').length)).toBe(0)
      await page.evaluate(() => document.querySelector<HTMLInputElement>('.tools input')?.select())
      await page.keyboard.type('"n":1')
      expect(await page.evaluate(() => document.querySelectorAll('.events li:not([hidden])').length)).toBeGreaterThan(0)
      await tabTo('', '.events summary')
      await page.keyboard.press('Enter')
      await until(async () => (await textOf(page, '.events details[open] pre')).includes('{"n":'), 'one is open')
      await until(async () => /^Show \d+ new$/.test(await textOf(page, '.tools .button:last-child')), 'new ones wait')
      await page.keyboard.press('Escape')
      expect(await page.evaluate(() => document.querySelector('#events')?.hasAttribute('hidden'))).toBe(true)
      expect(await focused()).toMatch(/^#2 /)
      expect(faults).toEqual([])
    })

    test('says what is wrong with a fault, and what was meant', async () => {
      await page.type('#fault', 'latancy:1s')
      await page.keyboard.press('Enter')
      await until(async () => (await textOf(page, '#fault-error')) !== '', 'an error is shown')
      expect(await textOf(page, '#fault-error')).toBe('There is no fault “latancy”. Did you mean latency?')
      expect(await page.evaluate(() => document.querySelector('#fault')?.getAttribute('aria-invalid'))).toBe('true')
    })

    test('shows what streams carry as text, whatever it is', async () => {
      await openStreams(1, '/hostile')
      await until(async () => (await textOf(page, '#stream-count')) === '1', 'the stream is listed')
      await page.click('tbody td.number') // anywhere in its row
      await until(async () => (await textOf(page, '.events')).includes('large'), 'its events are shown')
      const shown = await textOf(page, '.events')
      for (const text of hostile.slice(0, 2)) expect(shown).toContain(text)
      expect(shown).toContain('␛[31mred␛[0m \\u{202e}dlrow')
      expect(shown).not.toContain('\u001b')
      await page.evaluate(() => {
        for (const details of document.querySelectorAll('.events details')) details.setAttribute('open', '')
      })
      await until(async () => (await textOf(page, '.events')).includes('… cut off here'), 'the large one is cut')
      expect(await page.evaluate(() => document.querySelectorAll('img, .events script').length)).toBe(0)
      expect(await page.evaluate(() => 'wasHurt' in globalThis || 'hurt' in {})).toBe(false)
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
      expect(faults).toEqual([])
    })

    test('shows what pages need without and with the coordinator', async () => {
      const tab = await openStreams(2)
      await until(async () => (await textOf(page, '#stream-count')) === '2', 'the streams are listed')
      await tab.close()
      await page.click('#injection .switch')
      await until(() => injection.isOn, 'the injection is on')
      await openStreams(2)
      await until(async () => (await textOf(page, '.comparison')).includes('Most streams22'), 'both sides are shown')
      await until(async () => (await isChecked('#injection .switch')) === 'true', 'the switch is on')
      expect(faults).toEqual([])
    })

    test('fits screens of 390 and 1280 pixels', async () => {
      await openStreams(8)
      await until(async () => (await textOf(page, '#stream-count')) === '6', 'six streams are listed')
      await page.click('.row-button')
      await page.click('.all > summary')
      for (const width of [1280, 820, 390]) {
        await page.setViewport({ width, height: 800 })
        expect(await page.evaluate(() => document.documentElement.scrollWidth), `at ${width}`).toBeLessThanOrEqual(
          width,
        )
      }
      await page.setViewport({ width: 330, height: 800 })
      expect(await page.evaluate(overlappingSlots)).toEqual([])
      expect(faults).toEqual([])
    })

    test.runIf(program === 'chromium')('keeps still where motion is not wanted', async () => {
      await openStreams(1)
      await until(async () => (await textOf(page, '#stream-count')) === '1', 'the stream is listed')
      const moves = () =>
        page.evaluate(async () => {
          let most = 0
          for (let look = 0; look < 20; look++) {
            most = Math.max(most, document.getAnimations().length)
            await new Promise((resolve) => setTimeout(resolve, 25))
          }
          return most
        })
      expect(await moves()).toBeGreaterThan(0)
      await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }])
      await until(async () => (await moves()) === 0, 'nothing moves')
    })

    test('says when the proxy is gone, and stands still as it was; long paths do not make it long', async () => {
      const path = `/${'long'.repeat(50)}`
      const tab = await browser.newPage()
      await tab.goto(`${proxy.url}${path}`)
      await tab.evaluate(() => Object.assign(globalThis, { source: new EventSource('/events?long') }))
      await page.bringToFront()
      await until(async () => (await textOf(page, '.pages')).includes('longlong'), 'the page is compared')
      const tallest = () =>
        page.evaluate(() => Math.max(...[...document.querySelectorAll('.pages tr')].map((row) => row.clientHeight)))
      expect(await tallest()).toBeLessThan(40)
      expect(await page.evaluate(() => document.querySelector('#lost')?.hasAttribute('hidden'))).toBe(true)
      await dashboard.close()
      await until(
        () => page.evaluate(() => document.querySelector('#lost')?.checkVisibility() === true),
        'the loss is said',
      )
      expect(await textOf(page, '#lost-at')).toMatch(/^\d\d:\d\d:\d\d$/)
      expect(await textOf(page, '#link')).toBe('Reconnecting …')
      const silence = () => textOf(page, '#streams-view tbody tr td:nth-child(6)')
      const then = await silence()
      await new Promise((resolve) => setTimeout(resolve, 300))
      expect(await silence()).toBe(then)
    })

    test('lets a tab without the token look, not change', async () => {
      await page.close()
      const other = await browser.createBrowserContext()
      try {
        const reader = await other.newPage()
        await reader.goto(`http://127.0.0.1:${dashboard.port}/`)
        await until(async () => (await textOf(reader, '#link')) === 'Live', 'it is live')
        expect(await reader.evaluate(() => document.querySelector('#read-only')?.hasAttribute('hidden'))).toBe(false)
        expect(await reader.evaluate(() => document.querySelector<HTMLInputElement>('#fault')?.disabled)).toBe(true)
        const status = await reader.evaluate(async () => {
          const headers = { 'content-type': 'application/json' }
          return (await fetch('/faults', { method: 'POST', headers, body: '{"add":["close"]}' })).status
        })
        expect(status).toBe(403)
        expect(proxy.faults.list()).toEqual([])
      } finally {
        await other.close()
      }
    })

    test('takes the token out of the address, and keeps it over a reload', async () => {
      expect(await page.evaluate(() => location.href)).toBe(`http://127.0.0.1:${dashboard.port}/`)
      await page.reload()
      await until(async () => (await textOf(page, '#link')) === 'Live', 'it is live')
      await page.type('#fault', 'no-ids')
      await page.keyboard.press('Enter')
      await until(() => proxy.faults.list().length === 1, 'the fault is on')
    })

    const isChecked = (selector: string) =>
      page.evaluate((selector) => document.querySelector(selector)?.getAttribute('aria-checked'), selector)

    /** Presses Tab until an element has the focus: by its name, or by a selector. */
    async function tabTo(name: string, selector = '*'): Promise<void> {
      for (let presses = 0; presses < 80; presses++) {
        await page.keyboard.press('Tab')
        const isThere = await page.evaluate(
          (name, selector) => {
            const element = document.activeElement
            const label = element?.getAttribute('aria-label') ?? element?.textContent?.trim() ?? ''
            const isShown = element?.matches(':focus-visible') && getComputedStyle(element).outlineStyle !== 'none'
            return element?.matches(selector) && (name === '' || label === name) && isShown
          },
          name,
          selector,
        )
        if (isThere) return
      }
      throw new Error(`Tab does not lead to ${name || selector} with a focus that is seen; it is at ${await focused()}`)
    }
  })
})

describe.runIf(needs('chromium'))('the accessibility tree', () => {
  test('has a name for everything that can be used', async () => {
    const proxy = await createProxy({ target: app.url })
    const injection = await injectCoordinator(proxy, { on: false })
    const dashboard = await createDashboard(proxy, { injection, har: () => ({}) })
    const browser = await launchChromium()
    try {
      const tab = await browser.newPage()
      await tab.goto(proxy.url)
      await tab.evaluate(() => Object.assign(globalThis, { source: new EventSource('/events') }))
      const page = await browser.newPage()
      await page.goto(dashboard.url)
      await until(() => page.evaluate(() => document.querySelector('.row-button') !== null), 'a stream is listed')
      await page.click('.row-button')
      await page.click('.all > summary')
      const session = await page.createCDPSession()
      const { nodes } = await session.send('Accessibility.getFullAXTree')
      const usable = [
        'button',
        'link',
        'switch',
        'textbox',
        'searchbox',
        'checkbox',
        'DisclosureTriangle',
        'table',
        'heading',
      ]
      const found = nodes.filter(({ ignored, role }) => !ignored && usable.includes(String(role?.value)))
      expect(found.filter(({ name }) => !name?.value)).toEqual([])
      const named = found.map(({ role, name }) => `${role?.value} ${name?.value}`)
      for (const each of [
        'link Download HAR',
        'textbox Fault to switch on',
        'button Switch on',
        'switch latency',
        'switch Put the coordinator into the pages',
        'searchbox Filter the events',
        'heading Connections',
        'checkbox and those that closed',
      ]) {
        expect(named).toContain(each)
      }
      expect(named.some((each) => /^button Connection \d: stream 1, \/events$/.test(each))).toBe(true)
    } finally {
      await browser.close()
      await dashboard.close()
      injection.close()
      await proxy.close()
    }
  })
})

/** The slots whose number lies on their words. */
function overlappingSlots(): string[] {
  return [...document.querySelectorAll('.slot-face')].flatMap((slot) => {
    const words = document.createRange()
    words.selectNodeContents(slot.querySelector('.slot-kind') ?? slot)
    const place = slot.querySelector('.slot-place')?.getBoundingClientRect()
    const isOver = [...words.getClientRects()].some(
      ({ right, top, bottom }) =>
        place && place.width > 0 && right > place.left && top < place.bottom && bottom > place.top,
    )
    return isOver ? [slot.textContent ?? ''] : []
  })
}
