import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findBrowser, type LaunchedBrowser, launchBrowser } from '../../src/browser/index.js'
import { judgeApp } from '../../src/doctor/app/judge-app.js'
import { type GatherAppOptions, gatherApp } from '../../src/doctor/index.js'
import { judgeAgain } from '../../src/index.js'
import { serveApp } from '../support/app-server.js'
import { needs } from '../support/needs.js'
import { runCli } from '../support/run-cli.js'

// Several pages at once, each on a port and in windows of its own: most of the time is waiting.
describe.runIf(needs('chromium'))('the page of a user', { concurrent: true }, () => {
  let browser: LaunchedBrowser

  beforeAll(async () => {
    browser = await launchBrowser(await findBrowser({ browser: 'chromium' }))
  })

  afterAll(() => browser?.close())

  async function verdicts(options: GatherAppOptions): Promise<Record<string, string>> {
    const findings = judgeApp(await gatherApp(browser, options))
    return Object.fromEntries(findings.map(({ id, state }) => [id, state]))
  }

  test('a stream per tab stalls the seventh, dies of one 502, and stays behind in the back/forward cache', async () => {
    await using app = await serveApp('one-stream')
    expect(await verdicts({ url: app.url, tabs: 7, waitMs: 3000 })).toEqual({
      'tabs/stall': 'fail',
      'tabs/streams-per-tab': 'pass',
      'client/stream-refused': 'pass',
      'worker/intercepts': 'pass',
      'client/dead-after-error-status': 'unknown',
      'client/zombie': 'fail',
      'failover/slow': 'skip',
      'failover/lossy': 'skip',
    })
  })

  test('a page that opens its stream again, and closes it when it is left, has neither fault', async () => {
    await using app = await serveApp('comes-back')
    expect(await verdicts({ url: app.url, tabs: 2, parts: ['tabs', 'error-status', 'reload'] })).toMatchObject({
      'tabs/stall': 'pass',
      'client/dead-after-error-status': 'pass',
      'client/zombie': 'pass',
    })
  })

  test('a stream that tabs share is handed over, and nothing is lost', async () => {
    await using app = await serveApp('coordinator')
    expect(await verdicts({ url: app.url, tabs: 7, parts: ['tabs', 'handover'] })).toMatchObject({
      'tabs/stall': 'pass',
      'failover/slow': 'pass',
      'failover/lossy': 'pass',
    })
  })

  test('a page that opens its stream late is waited for, and one without is told by where it led', async () => {
    const late = '<!doctype html><script>setTimeout(() => new EventSource("/events/live"), 4000)</script>'
    const gone = '<!doctype html><script>location.replace("/sign-in")</script>'
    const files = { '/': late, '/private': gone, '/sign-in': '<title>Sign in</title>' }
    await using app = await serveApp('one-stream', { files })
    const [seen, none] = await Promise.all([
      verdicts({ url: app.url, tabs: 2, parts: ['tabs'] }),
      gatherApp(browser, { url: `${app.url}private`, tabs: 1 }).then(judgeApp),
    ])
    expect(seen).toMatchObject({ 'tabs/stall': 'pass', 'tabs/streams-per-tab': 'pass' })
    expect(none.map(({ state }) => state)).toEqual(none.map(() => 'skip'))
    expect(none.find(({ id }) => id === 'tabs/stall')?.reason).toBe(
      'the page opened no event stream; it led to /sign-in: where that is a sign-in, add --cookie or --header',
    )
  })

  test('a page that is refused its streams is told which, and why', async () => {
    const script = `new EventSource('/nothing')
      new EventSource('http://localhost:' + location.port + '/events/live')
      new EventSource('http://127.0.0.2:9/events')`
    const policy = `<meta http-equiv="content-security-policy" content="connect-src 'self' http://localhost:*">`
    const files = { '/': `<!doctype html>${policy}<script src="/ask.js"></script>`, '/ask.js': script }
    await using app = await serveApp('one-stream', { files })
    const findings = judgeApp(await gatherApp(browser, { url: app.url, tabs: 1 }))
    const { state, measured } = findings.find(({ id }) => id === 'client/stream-refused') ?? {}
    expect(state).toBe('fail')
    expect(measured).toMatch(/\/nothing \(.*ask\.js:1\): answered with 404/)
    expect(measured).toMatch(/\/events\/live \(.*\): refused by CORS \(MissingAllowOriginHeader\)/)
    expect(measured).toMatch(/\/events \(.*\): blocked by the Content-Security-Policy of the page/)
    expect(findings.filter((one) => one.state === 'fail')).toHaveLength(1)
  })

  test('a service worker on the stream is named', async () => {
    await using app = await serveApp('service-worker')
    expect(await verdicts({ url: app.url, tabs: 2, parts: ['tabs'] })).toMatchObject({ 'worker/intercepts': 'fail' })
  })

  test('sse-coord doctor URL --app says so with its exit code, and so does what it saved', async () => {
    await using app = await serveApp('three-streams')
    const stream = `${app.url}events/live`
    const folder = mkdtempSync(path.join(os.tmpdir(), 'sse-coord-test-'))
    const evidence = path.join(folder, 'evidence.json')
    const asked = ['--app', app.url, '--for', '1s', '--only', 'tabs,response/status', '--tabs', '3', '-r', 'json']
    const run = runCli(['doctor', stream, ...asked, '--save-evidence', evidence])
    expect(await run.exited, run.stderr()).toBe(1)
    const report = run.report()
    expect(report).toMatchObject({ complete: true, targets: [stream, app.url] })
    expect(report.findings.map(({ id, target, state, actual }) => [id, target, state, actual])).toEqual([
      ['response/status', stream, 'pass', null],
      ['tabs/stall', app.url, 'fail', 1],
      ['tabs/streams-per-tab', app.url, 'fail', 3],
    ])
    const again = judgeAgain(readFileSync(evidence, 'utf8'), { onlyChecks: ['tabs', 'response/status'] })
    expect(JSON.parse(JSON.stringify(again))).toEqual(report)
    for (const text of [run.stdout(), readFileSync(evidence, 'utf8')]) expect(text).not.toContain('very-secret')
    expect(run.leftBehind()).toEqual({ processes: [], files: [] })
    rmSync(folder, { recursive: true })
  })

  test('Ctrl-C in the middle of the tabs leaves what the wire told, 130 and no browser', async () => {
    await using app = await serveApp('one-stream')
    const run = runCli([
      'doctor',
      `${app.url}events/live`,
      '--app',
      app.url,
      '--for',
      '1s',
      '--only',
      'tabs,retry',
      '-r',
      'json',
    ])
    await run.says('starting a browser:')
    while (app.open() < 2) await sleep(50)
    run.child.kill('SIGINT')
    expect(await run.exited, run.stderr()).toBe(130)
    const report = run.report()
    expect(report).toMatchObject({ complete: false, exitCode: 130, targets: [expect.any(String), app.url] })
    const states = Object.fromEntries(report.findings.map(({ id, state }) => [id, state]))
    expect(states).toMatchObject({ 'retry/missing': 'pass', 'tabs/stall': 'unknown' })
    expect(run.leftBehind()).toEqual({ processes: [], files: [] })
  })

  test('an app that is not there is exit code 2, with what to do', async () => {
    const app = await serveApp('one-stream')
    await app.close()
    const run = runCli(['doctor', '--app', app.url, '--reporter', 'json'])
    expect(await run.exited).toBe(2)
    expect(run.report().error).toMatchObject({
      code: 'page-not-loaded',
      hint: 'Nothing listens there: start the app first.',
    })
    expect(run.leftBehind()).toEqual({ processes: [], files: [] })
  })
})
