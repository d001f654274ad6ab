import { describe, expect, test } from 'vitest'
import { checkBudget } from '../../src/index.js'
import { serveApp } from '../support/app-server.js'
import { needs } from '../support/needs.js'

const budget = { failoverTime: '2s', lostEvents: 0 } as const

describe.runIf(needs('chromium'))('what happens when the leading tab goes', () => {
  test('is measured on the stream that the tabs of a page share', async () => {
    await using app = await serveApp('coordinator')
    const report = await checkBudget({ pages: [app.url], tabs: 2, runs: 3, browser: 'chromium', budget })
    expect(report.findings).toMatchObject([
      { id: 'budget/failover-time', state: 'pass', target: app.url },
      { id: 'budget/lost-events', state: 'pass', target: app.url, actual: 0 },
    ])
    expect(report.findings[0]?.measured).toMatch(
      /until another tab has the stream of this page.* median of 3 runs each$/,
    )
    expect(report.findings[1]?.measured).toContain('worst of 12 hand-overs')
    expect(report.exitCode).toBe(0)
  })

  test('a server that does not resume loses events of that stream', async () => {
    await using app = await serveApp('coordinator', { resumes: false })
    const report = await checkBudget({
      pages: [app.url],
      tabs: 1,
      runs: 1,
      browser: 'chromium',
      budget: { lostEvents: 0 },
    })
    expect(report.findings).toMatchObject([{ id: 'budget/lost-events', state: 'fail', target: app.url }])
    expect(report.exitCode).toBe(1)
  })

  test('is measured on a stream of our own where no page shares one, and says so', async () => {
    await using app = await serveApp('one-stream')
    const report = await checkBudget({ pages: [app.url], tabs: 2, runs: 1, browser: 'chromium', budget })
    expect(report.findings).toMatchObject([
      { id: 'budget/failover-time', state: 'pass', target: null },
      { id: 'budget/lost-events', state: 'pass', target: null, actual: 0 },
    ])
    expect(report.findings[0]?.measured).toContain('on a stream of our own, as no page shares one')
  })
})

test.runIf(needs('firefox-esr'))('Firefox cannot end a tab on command, which is unknown and no failure', async () => {
  await using app = await serveApp('one-stream')
  const report = await checkBudget({ pages: [app.url], tabs: 2, browser: 'firefox', budget })
  expect(report.findings).toMatchObject([
    { id: 'budget/failover-time', state: 'unknown', reason: expect.stringContaining('use a Chromium') },
    { id: 'budget/lost-events', state: 'unknown' },
  ])
  expect(report.exitCode).toBe(0)
})
