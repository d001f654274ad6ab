import { describe, expect, test } from 'vitest'
import { type CheckOptions, checkBudget, type Report } from '../../src/index.js'
import { type AppCase, appCases, workerCases } from '../browser/app-cases.js'
import { type AppServer, serveApp } from '../support/app-server.js'
import { bundleApp } from '../support/bundle-app.js'
import { needs } from '../support/needs.js'

/** What proves that a budget does not flake. */
const times = Number(process.env.TIMES ?? 20)

const strictMode: AppCase = {
  app: 'strict-mode',
  perTab: [
    '/events/leaking EventSource page src/use-live.ts:7 useLive',
    '/events/leaking EventSource page src/use-live.ts:7 useLive',
    '/events/tidy EventSource page src/main.tsx:12',
  ],
}

async function serve({ app }: AppCase): Promise<AppServer> {
  const files = app === 'strict-mode' ? await bundleApp(app, 'src/main.tsx') : {}
  return serveApp(app, { files })
}

/** One run of the check on the app, held to no stream at all, so that every one it holds is named. */
async function checkApp(
  { url }: AppServer,
  { steps = [] }: AppCase,
  more: Partial<CheckOptions> & { browser: string },
): Promise<Report> {
  const clicks = steps.flatMap((step) => ('click' in step ? [step] : []))
  return checkBudget({ pages: [{ url, steps: clicks }], tabs: 1, budget: { streamsPerTab: 0 }, ...more })
}

/** `path file:line` of what a finding counts. */
function counted(report: Report, index = 0): string[] {
  return (report.findings[index]?.streams ?? []).map(({ url, place }) => {
    const { pathname, search } = new URL(url)
    const file = place?.file.replace(/^https?:\/\/[^/]*\//, '')
    return `${pathname}${search} ${place ? `${file}:${place.line}` : 'unknown'}`
  })
}

/** The same of a case, which names kind, context and function as well. */
function expected({ perTab }: AppCase): string[] {
  return perTab.map((words) => {
    const [url, , , place] = words.split(' ')
    return `${url} ${place}`
  })
}

async function provesCounts(app: AppCase, browser: string): Promise<void> {
  await using server = await serve(app)
  for (let time = 1; time <= times; time++) {
    const report = await checkApp(server, app, { browser })
    expect(report.error, `time ${time}`).toBeUndefined()
    expect(counted(report), `time ${time}`).toEqual(expected(app))
    expect(report.findings[0]?.actual, `time ${time}`).toBe(app.perTab.length)
    expect(report.exitCode, `time ${time}`).toBe(app.perTab.length > 0 ? 1 : 0)
  }
}

/** With a stream of one tab that all tabs share; one is held in all, by whichever tab. */
async function provesSharing(browser: string): Promise<void> {
  await using server = await serveApp('coordinator')
  const budget = { streamsPerTab: 1, streamsPerOrigin: 1 }
  for (let time = 1; time <= times; time++) {
    const report = await checkApp(server, { app: 'coordinator', perTab: [] }, { browser, tabs: 3, budget })
    expect(
      report.findings.map(({ id, state, actual }) => `${id} ${state} ${actual}`),
      `time ${time}`,
    ).toEqual(['budget/streams-per-tab pass 1', 'budget/streams-per-origin pass 1'])
    expect(report.exitCode, `time ${time}`).toBe(0)
  }
}

describe.runIf(needs('chromium'))('sse-coord check in Chromium', () => {
  test.each([...appCases, strictMode, ...workerCases])(
    `$app: the same count and the same lines, ${times} times in a row`,
    (app) => provesCounts(app, 'chromium'),
  )

  test(`coordinator: one stream for three tabs, ${times} times in a row`, () => provesSharing('chromium'))

  test(`shared-worker: its stream counts for the origin, ${times} times in a row`, async () => {
    await using server = await serveApp('shared-worker')
    for (let time = 1; time <= times; time++) {
      const budget = { streamsPerOrigin: 0 }
      const report = await checkApp(
        server,
        { app: 'shared-worker', perTab: [] },
        { browser: 'chromium', tabs: 2, budget },
      )
      expect(counted(report), `time ${time}`).toEqual(['/events/live worker.js:3'])
      expect(report.findings[0]).toMatchObject({ state: 'fail', actual: 1 })
    }
  })
})

describe.runIf(needs('firefox-esr'))('sse-coord check in Firefox', () => {
  test.each([...appCases, strictMode])(`$app: the same count and the same lines, ${times} times in a row`, (app) =>
    provesCounts(app, 'firefox'),
  )

  test(`coordinator: one stream for three tabs, ${times} times in a row`, () => provesSharing('firefox'))

  test.each(workerCases)(
    `$app: what is in workers is unknown and never a pass, ${times} times in a row`,
    async ({ app }) => {
      await using server = await serveApp(app)
      for (let time = 1; time <= times; time++) {
        const budget = { streamsPerTab: 1 }
        const report = await checkApp(server, { app, perTab: [] }, { browser: 'firefox', budget })
        expect(report.findings, `time ${time}`).toMatchObject([
          { state: 'unknown', reason: expect.stringContaining('starts a worker, and Firefox does not tell') },
        ])
      }
    },
  )
})
