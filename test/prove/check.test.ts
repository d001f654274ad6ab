import { describe, expect, test } from 'vitest'
import { checkBudget } from '../../src/index.js'
import { appCases, workerCases } from '../browser/app-cases.js'
import { serveApp } from '../support/app-server.js'
import { needs } from '../support/needs.js'

/** What proves that a budget does not flake. */
const times = 20

describe.runIf(needs('chromium'))('sse-coord check in Chromium', () => {
  test.each([...appCases, ...workerCases])(
    `$app: the same count and the same lines, ${times} times in a row`,
    async ({ app, steps, perTab }) => {
      await using server = await serveApp(app)
      const lines = perTab.map((words) => Number(/:(\d+)/.exec(words.split(' ')[3] ?? '')?.[1]))
      for (let time = 0; time < times; time++) {
        const clicks = (steps ?? []).flatMap((step) => ('click' in step ? [step] : []))
        const page = { url: server.url, steps: clicks }
        const report = await checkBudget({ pages: [page], tabs: 1, browser: 'chromium', budget: { streamsPerTab: 0 } })
        expect(report.error, `time ${time}`).toBeUndefined()
        const [finding] = report.findings
        expect(finding?.actual, `time ${time}`).toBe(perTab.length)
        expect(
          finding?.streams?.map(({ place }) => place?.line),
          `time ${time}`,
        ).toEqual(lines)
        expect(report.exitCode).toBe(perTab.length > 0 ? 1 : 0)
      }
    },
    600_000,
  )
})
