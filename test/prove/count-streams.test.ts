import { describe, expect, test } from 'vitest'
import { findBrowser, launchBrowser, observeApp } from '../../src/browser/index.js'
import { isHeld } from '../../src/evidence/app.js'
import { type AppCase, appCases, heldPerTab, streamWords, workerCases } from '../browser/app-cases.js'
import { serveApp } from '../support/app-server.js'
import { needs } from '../support/needs.js'

const times = 20

async function countAll(browserName: 'chromium' | 'firefox', cases: AppCase[]): Promise<void> {
  await using browser = await launchBrowser(await findBrowser({ browser: browserName }))
  for (const expected of cases) {
    for (let time = 1; time <= times; time++) {
      await using app = await serveApp(expected.app)
      const seen = await observeApp(browser, app.url, { tabs: 2, steps: expected.steps ?? [] })
      const words = `${expected.app}, time ${time}`
      expect(heldPerTab(seen), words).toEqual([expected.perTab, expected.perTab])
      if (browserName === 'chromium') {
        expect(seen.shared.filter(isHeld).map(streamWords), words).toEqual(expected.shared ?? [])
      }
    }
  }
}

describe('counts and lines are right 20 times in a row', () => {
  test.runIf(needs('chromium'))('in Chromium', () => countAll('chromium', [...appCases, ...workerCases]))
  test.runIf(needs('firefox-esr'))('in Firefox', () => countAll('firefox', appCases))
})
