/** 200 leaders come to an end, one after another and each in its own way, in a real Chromium. */
import type { Browser, CDPSession, Page } from 'puppeteer-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { endings, launchChromium, until } from '../browser/coordinator-tabs.js'
import { type StreamServer, startStreamServer } from '../coordinator/stream-server.js'

const deaths = Number(process.env.DEATHS ?? 200)

/** What a tab has counted; ids themselves would be memory that grows. */
interface Count {
  received: number
  first: number
  last: number
  lost: number
  doubled: number
  gaps: number
}

let browser: Browser
let server: StreamServer

beforeAll(async () => {
  browser = await launchChromium(['--js-flags=--expose-gc'])
  server = await startStreamServer()
})
afterAll(async () => {
  await browser?.close()
  await server?.close()
})

async function share(page: Page): Promise<void> {
  await page.evaluate(() => {
    const count: Count = { received: 0, first: 0, last: 0, lost: 0, doubled: 0, gaps: 0 }
    const { SSECoordinator } = globalThis as unknown as { SSECoordinator: new (options: object) => { connect(): void } }
    const coordinator = new SSECoordinator({
      url: '/events',
      onEvent({ id }: { id: string }) {
        const number = Number(id)
        count.first ||= number
        if (count.last && number <= count.last) count.doubled++
        else if (count.last) count.lost += number - count.last - 1
        count.last = Math.max(count.last, number)
        count.received++
      },
      onGap: () => count.gaps++,
    })
    coordinator.connect()
    Object.assign(globalThis, { count, coordinator })
  })
}

async function openTab(): Promise<Page> {
  const page = await browser.newPage()
  await page.goto(server.url)
  await share(page)
  return page
}

const countOf = (page: Page) => page.evaluate('globalThis.count') as Promise<Count>
const leads = (page: Page) => page.evaluate('coordinator.isLeader()') as Promise<boolean>

async function expectAllWhole(pages: Page[]): Promise<void> {
  const from = server.lastId
  await Promise.all(
    pages.map((page) => until(async () => (await countOf(page)).last > from + 2, `a tab sees more than ${from}`)),
  )
  for (const page of pages) expect(await countOf(page)).toMatchObject({ lost: 0, doubled: 0, gaps: 0 })
}

async function heapOf(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage')
  return (await session.send('Runtime.getHeapUsage')).usedSize
}

test(`${deaths} deaths of leaders lose nothing, double nothing, and leave the heap as it was`, async () => {
  const witness = await openTab()
  const session = await witness.createCDPSession()
  const others = [await openTab(), await openTab(), await openTab()]
  await expectAllWhole([witness, ...others])
  const ways = ['close', 'crash', 'freeze', 'bfcache', 'reload', 'stepBack'] as const
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
  console.log(`seed ${seed}`)
  let state = seed
  const random = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return state / 0x80000000
  }
  const heaps: number[] = []
  for (let death = 0; death < deaths; death++) {
    if (await leads(witness)) await witness.evaluate('coordinator.demoteToFollower()')
    let index = -1
    await until(async () => {
      index = (await Promise.all(others.map(leads))).indexOf(true)
      return index >= 0
    }, 'another tab leads')
    const leader = others[index] as Page
    const way = ways[Math.floor(random() * ways.length)] ?? 'close'
    // In the middle of whatever is going on: the moment is random too.
    await new Promise((resolve) => setTimeout(resolve, random() * 60))
    if (way === 'stepBack') await leader.evaluate('coordinator.demoteToFollower()')
    else if (way === 'reload') {
      await leader.reload()
      await share(leader)
    } else {
      await endings[way](leader)
      const survivors = others.filter((page) => page !== leader)
      await expectAllWhole([witness, ...survivors])
      if (way === 'freeze') await endings.unfreeze(leader)
      else if (way === 'bfcache') {
        await leader.goBack()
        if (!(await leader.evaluate('!!globalThis.count'))) await share(leader)
      } else {
        if (way === 'crash') await leader.close().catch(() => {})
        others[index] = await openTab()
      }
    }
    await expectAllWhole([witness, ...others])
    await until(() => server.open === 1, `one stream is open after ${way}`)
    if (death % 20 === 19) heaps.push(await heapOf(session))
  }
  console.log('heap of the witness, MB:', heaps.map((heap) => (heap / 1e6).toFixed(2)).join(' '))
  // The first figures hold the history as it fills up to its bound.
  const settled = heaps.slice(Math.min(3, heaps.length - 1))
  expect(Math.max(...settled)).toBeLessThan((settled[0] ?? 0) * 1.2 + 500_000)
})

test('10,000 random histories hold, with locks, without, and in the smallest form', async () => {
  const { default: fc } = await import('fast-check')
  const { play, scenarios } = await import('../coordinator/model.js')
  for (const way of ['lock', 'question', 'native'] as const) {
    const seed = Date.now() % 1_000_000_000
    console.log(`${way}: seed ${seed}`)
    await fc.assert(
      fc.asyncProperty(scenarios, async (scenario) => {
        expect((await play(scenario, way)).faults).toEqual([])
      }),
      { numRuns: 10_000, seed },
    )
  }
})
