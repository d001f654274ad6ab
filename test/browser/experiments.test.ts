import type { BrowserContext } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { measureFailover } from '../../src/browser/experiments/failover.js'
import { audit, summarise } from '../../src/browser/experiments/failover-trials.js'
import { measureStallSide } from '../../src/browser/experiments/stall.js'
import { findBrowser, type LaunchedBrowser, launchBrowser } from '../../src/browser/index.js'
import { browserNoStall } from '../../src/doctor/checks/browser-no-stall.js'
import { evidenceOf } from '../support/evidence.js'
import { needs } from '../support/needs.js'

const signal = new AbortController().signal

/** A browser that gives each tab a window of its own, cookies and connections and all. */
function inPrivateWindows(browser: LaunchedBrowser): LaunchedBrowser {
  const createBrowserContext = async () => {
    const windows: BrowserContext[] = []
    const newPage = async () => {
      const window = await browser.puppeteer.createBrowserContext()
      windows.push(window)
      return window.newPage()
    }
    return { newPage, close: () => Promise.all(windows.map((window) => window.close())) }
  }
  return { ...browser, puppeteer: { createBrowserContext } as unknown as LaunchedBrowser['puppeteer'] }
}

describe('the audit of one tab', () => {
  const received = (...ids: number[]) => ids.map((id): [number, number] => [id, 0])
  test('counts from the first event that the tab received', () => {
    expect(audit(received(5, 6, 7), 7)).toEqual({ lost: 0, duplicated: 0 })
  })
  test('counts holes, and what is missing at the end, as lost', () => {
    expect(audit(received(5, 7), 9)).toEqual({ lost: 3, duplicated: 0 })
  })
  test('counts every delivery beyond the first as duplicated, also of events from before', () => {
    expect(audit(received(5, 6, 7, 6, 6), 7)).toEqual({ lost: 0, duplicated: 2 })
  })
})

test('a case takes the median of the trials that came back, and the worst of all', () => {
  const plan = { event: 'close', leader: 'coordinator', trials: 4 } as const
  const trial = (recoveryMs: number | null, lost = 0, duplicated = 0) => ({ recoveryMs, lost, duplicated })
  expect(summarise(plan, [trial(10), trial(null, 7), trial(30, 0, 2), trial(20)])).toMatchObject({
    trials: 4,
    timedOut: 1,
    medianMs: 20,
    maxMs: 30,
    lost: 7,
    duplicated: 2,
  })
  expect(summarise(plan, [trial(10), trial(20)]).medianMs).toBe(15)
  expect(summarise(plan, [trial(null)])).toMatchObject({ medianMs: null, maxMs: null })
})

describe.runIf(needs('chromium'))('in Chromium', () => {
  let browser: LaunchedBrowser
  beforeAll(async () => {
    browser = await launchBrowser(await findBrowser())
  })
  afterAll(() => browser?.close())

  // The next three at once, each at a site and in windows of its own.
  test.concurrent('five tabs with plain EventSource leave one connection: a fetch and a new tab still get through', async () => {
    expect(await measureStallSide(browser, { kind: 'native', tabs: 5, signal })).toMatchObject({
      streamsOpen: 5,
      streamsWaiting: 0,
      tabsReceiving: 5,
      sockets: 5,
      fetch: { answered: true },
      newTab: { loaded: true },
      browser: { streamsOpen: 5, streamsWaiting: 0, sockets: 5 },
    })
  })

  test.concurrent('seven tabs with plain EventSource stall', async () => {
    expect(await measureStallSide(browser, { kind: 'native', tabs: 7, signal })).toMatchObject({
      streamsOpen: 6,
      streamsWaiting: 1,
      tabsReceiving: 6,
      sockets: 6,
      idleSockets: 0,
      fetch: { answered: false },
      newTab: { loaded: false },
      browser: { streamsOpen: 6, streamsWaiting: 1, sockets: 6 },
    })
  })

  test.concurrent('seven tabs in a private window each do not stall, which the self-test tells', async () => {
    const native = await measureStallSide(inPrivateWindows(browser), { kind: 'native', tabs: 7, signal })
    const evidence = {
      ...evidenceOf('browser/no-stall', 'unknown'),
      experiments: { stallCutShort: { tabs: 7, native } },
    }
    expect(browserNoStall.judge(evidence)).toMatchObject({
      state: 'fail',
      measured: '7 of 7 streams open, 0 waiting; a new tab loads',
      limit: 6,
      actual: 7,
    })
  })

  test('the plain Web Lock recovers when its leader closes', async () => {
    const failover = await measureFailover(
      browser,
      { event: 'close', leader: 'web-lock', trials: 1 },
      { signal, onTrial: () => {} },
    )
    expect(failover).toMatchObject({ trials: 1, timedOut: 0, medianMs: expect.any(Number), duplicated: 0 })
  })
})
