/** A session of opening and closing tabs at random through a proxy, with the ledger held against the kernel after each step. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Page } from 'puppeteer-core'
import type { LaunchedBrowser } from '../../src/browser/index.js'
import { createProxy, type Proxy as DevProxy } from '../../src/proxy/index.js'
import { establishedAt } from '../support/kernel-sockets.js'
import { type Site, startSite } from './browser-site.js'

/** What was counted after one step. */
export interface Step {
  act: string
  ledger: number
  kernel: number | undefined
  /** Streams as the ledger has them, and as the site behind the proxy. */
  streams: [proxy: number, site: number]
}

const quietMs = 50
const mostTabs = 5

/** Plays a session of so many steps; the same one for the same seed. */
export async function playSession(browser: LaunchedBrowser, seed: number, steps: number): Promise<Step[]> {
  const random = createRandom(seed)
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(random() * items.length)]
  const site = await startSite()
  const proxy = await createProxy({ target: site.origin })
  const context = await browser.puppeteer.createBrowserContext()
  const tabs = new Set<Page>()
  const taken: Step[] = []
  let count = 0

  const acts: Record<string, () => Promise<unknown>> = {
    async 'opens a tab'() {
      if (tabs.size >= mostTabs) return
      const page = await context.newPage()
      tabs.add(page)
      // With six streams open the page does not come: that is the limit, not a fault.
      await page.goto(`${proxy.url}/page?${++count}`, { timeout: 1500 }).catch(() => {})
    },
    'opens a stream': async () => pick([...tabs])?.evaluate((url) => void new EventSource(url), `/events?${++count}`),
    'opens a short stream': async () =>
      pick([...tabs])?.evaluate((url) => void new EventSource(url), `/short?${++count}`),
    'fetches once': async () => pick([...tabs])?.evaluate((url) => void fetch(url).catch(() => {}), `/page?${++count}`),
    'reloads a tab': async () =>
      pick([...tabs])
        ?.reload({ timeout: 1500 })
        .catch(() => {}),
    async 'closes a tab'() {
      const page = pick([...tabs])
      if (!page) return
      tabs.delete(page)
      await page.close()
    },
  }

  try {
    for (let step = 0; step < steps; step++) {
      const act = pick(Object.keys(acts)) ?? ''
      await acts[act]?.()?.catch(() => {}) // a tab that never loaded runs nothing
      await quiet(proxy)
      taken.push(countNow(act, proxy, site))
    }
    for (const page of tabs) await page.close()
    await quiet(proxy)
  } finally {
    await context.close()
    await proxy.close()
    await site.close()
  }
  return taken
}

function countNow(act: string, proxy: DevProxy, site: Site): Step {
  const { origins } = proxy.ledger.snapshot()
  const ledger = origins.reduce((sum, { sockets, webSockets = 0 }) => sum + sockets + webSockets, 0)
  const streams = origins.reduce((sum, origin) => sum + origin.streams.length, 0)
  return { act, ledger, kernel: establishedAt(proxy.port), streams: [streams, site.streams.size] }
}

/** Waits until no connection and no request has come or gone for a while. */
async function quiet({ ledger }: DevProxy): Promise<void> {
  let last = performance.now()
  const touch = (): void => {
    last = performance.now()
  }
  const names = ['socket-opened', 'socket-closed', 'request-started', 'request-finished', 'stream-opened'] as const
  for (const name of names) ledger.on(name, touch)
  while (performance.now() - last < quietMs) await wait(5)
  for (const name of names) ledger.off(name, touch)
}

/** A small generator of numbers from 0 up to 1 (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
