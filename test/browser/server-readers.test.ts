import { launch, type Page } from 'puppeteer-core'
import { expect, onTestFinished, test } from 'vitest'
import { createChannel, createSession, type Session, stopReconnecting } from '../../src/server/index.js'
import { serve } from '../server/support/serve.js'
import { until } from '../server/support/until.js'
import { needs } from '../support/needs.js'

const browsers = [
  { program: 'chromium', browser: 'chrome', executablePath: '/usr/bin/chromium' },
  { program: 'firefox-esr', browser: 'firefox', executablePath: '/usr/bin/firefox-esr' },
] as const

/** A page of the same origin as the stream. */
async function openPage(options: (typeof browsers)[number], url: string): Promise<Page> {
  const { program, ...where } = options
  const args = program === 'chromium' && process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const browser = await launch({ ...where, headless: true, args })
  onTestFinished(() => browser.close())
  const page = await browser.newPage()
  await page.goto(`${url}/page`, { waitUntil: 'load' })
  return page
}

/** Opens an EventSource in the page, which notes all it hears in `window.heard`. */
function listen(page: Page, types: string[]): Promise<void> {
  return page.evaluate((names) => {
    const heard: unknown[] = []
    const source = new EventSource('/events')
    Object.assign(window, { heard, source })
    for (const name of names) {
      source.addEventListener(name, ({ type, data, lastEventId }) => heard.push([type, data, lastEventId]))
    }
    source.addEventListener('disconnect', () => source.close())
  }, types)
}

const heard = (page: Page) => page.evaluate(() => (window as unknown as { heard: [string, string, string][] }).heard)
const readyState = (page: Page) =>
  page.evaluate(() => (window as unknown as { source: { readyState: number } }).source.readyState)

for (const options of browsers) {
  test.runIf(needs(options.program))(
    `${options.program} reads, resumes, is told of a reset, and stays away when asked to`,
    async () => {
      const channel = createChannel({ history: { size: 3 } })
      const sessions: Session[] = []
      let isOver = false
      const { url, server } = await serve((request, response) => {
        if (request.url !== '/events') {
          response.setHeader('Content-Type', 'text/html')
          response.end('<!doctype html><title>page</title>')
        } else if (isOver) stopReconnecting(response)
        else {
          const session = createSession(request, response, { retry: 50 })
          sessions.push(session)
          channel.register(session)
        }
      })
      const page = await openPage(options, url)
      await listen(page, ['message', 'note', 'reset', 'disconnect'])
      await until(() => channel.sessionCount === 1)
      channel.broadcast('ü\n✓', 'note', { eventId: 'ü-1' })
      channel.broadcast(2, undefined, { eventId: '2' })
      await until(async () => (await heard(page)).length === 2)
      expect(await heard(page)).toEqual([
        ['note', '"ü\\n✓"', 'ü-1'],
        ['message', '2', '2'],
      ])

      const drop = () => {
        for (const session of [...channel.activeSessions]) void session.close()
      }
      drop()
      channel.broadcast(3, undefined, { eventId: 'ü-3' })
      await until(async () => (await heard(page)).length === 3)
      expect((await heard(page))[2]).toEqual(['message', '3', 'ü-3'])
      expect(sessions.at(-1)?.lastEventId).toBe('2')

      drop()
      for (let n = 4; n <= 8; n++) channel.broadcast(n, undefined, { eventId: String(n) })
      await until(async () => (await heard(page)).length === 4)
      expect((await heard(page))[3]).toEqual(['reset', '{"reason":"unknown-id","lastEventId":"ü-3"}', '8'])
      channel.broadcast(9, undefined, { eventId: '9' })
      await until(async () => (await heard(page)).length === 5)

      await sessions.at(-1)?.dismiss('bye')
      await until(async () => (await readyState(page)) === 2)
      expect((await heard(page)).at(-1)).toEqual(['disconnect', '"bye"', '9'])

      await listen(page, ['message'])
      await until(() => channel.sessionCount === 1)
      isOver = true
      server.closeAllConnections()
      await until(async () => (await readyState(page)) === 2)
    },
  )
}
