import { describe, expect, test } from 'vitest'
import { findBrowser, launchBrowser, observeApp } from '../../src/browser/index.js'
import { isHeld } from '../../src/evidence/app.js'
import { type AppCase, appCases, heldPerTab, streamWords, workerCases } from '../browser/app-cases.js'
import { serveApp } from '../support/app-server.js'
import { needs } from '../support/needs.js'

const times = Number(process.env.TIMES ?? 20)

async function countOften(browserName: 'chromium' | 'firefox', expected: AppCase): Promise<void> {
  await using browser = await launchBrowser(await findBrowser({ browser: browserName }))
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

describe(`counts and lines are right ${times} times in a row`, () => {
  test.runIf(needs('chromium')).each([...appCases, ...workerCases])('$app in Chromium', (app) =>
    countOften('chromium', app),
  )
  test.runIf(needs('firefox-esr')).each(appCases)('$app in Firefox', (app) => countOften('firefox', app))
})
