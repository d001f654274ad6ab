import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { noAddressBarPages } from '../../src/browser/flags.js'
import { serveApp } from '../support/app-server.js'
import { freePort } from '../support/free-port.js'
import { needs } from '../support/needs.js'
import { descendantsOf, killAll, processesNaming } from '../support/processes.js'
import { type CliRun, runCli } from '../support/run-cli.js'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'sse-coord-check-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const node = JSON.stringify(process.execPath)
const check = (...args: string[]): CliRun => runCli(['check', '--no-config', ...args])
const inFolder = (name: string) => path.join(folder, name)

/** Writes a script of the user’s and returns the command that runs it. */
function script(name: string, code: string): string {
  writeFileSync(inFolder(name), code)
  return `${node} ${JSON.stringify(inFolder(name))}`
}

/** A config as a file, with everything that it names. */
function config(name: string, value: object): string {
  writeFileSync(inFolder(name), JSON.stringify(value))
  return inFolder(name)
}

/** A server that answers every path with a page, on a port that is free. */
const appScript = `
const { createServer } = require('node:http')
const { spawn } = require('node:child_process')
spawn(process.execPath, ['-e', 'setInterval(()=>{},1000)', process.argv[3]], { stdio: 'ignore' })
createServer((request, response) => {
  if (request.url === '/events') {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    return response.write('data: 1\\n\\n')
  }
  response.writeHead(200, { 'content-type': 'text/html' })
  response.end('<title>app</title><script>new EventSource("/events")</script>')
}).listen(Number(process.argv[2]), '127.0.0.1')`

/** A server that ends when it is asked for its last page. */
const dyingScript = `
const { createServer } = require('node:http')
createServer((request, response) => {
  if (request.url !== '/last') return response.end('up')
  console.error('out of memory, says the app')
  process.exit(7)
}).listen(Number(process.argv[2]), '127.0.0.1')`

/** Whoever has no session, in a cookie or a header, gets a form and a 401; whoever sends the form gets the cookie. */
function wantsSignIn(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.headers['x-session'] === 'ada' || request.headers.cookie === 'session=ada') return false
  if (request.url === '/sign-in?user=ada') {
    response.writeHead(303, { 'set-cookie': 'session=ada; HttpOnly', location: '/' }).end()
    return true
  }
  const form = '<form action="/sign-in"><input id="user" name="user"><button id="sign-in">Sign in</button></form>'
  response.writeHead(401, { 'content-type': 'text/html' }).end(form)
  return true
}

describe.runIf(needs('chromium'))('sse-coord check on pages', () => {
  test('fails the page that holds too many streams, and names each with its line', async () => {
    await using app = await serveApp('three-streams')
    const run = check(app.url, '--max-streams-per-tab', '1', '--tabs', '1', '-r', 'json')
    expect(await run.exited, run.stderr()).toBe(1)
    const report = run.report()
    expect(report).toMatchObject({ command: 'check', complete: true, exitCode: 1, targets: [app.url] })
    const [finding] = report.findings
    expect(finding).toMatchObject({
      id: 'budget/streams-per-tab',
      state: 'fail',
      target: app.url,
      limit: 1,
      actual: 3,
      baseline: null,
      delta: null,
    })
    expect(
      finding?.streams?.map(({ url, place }) => `${new URL(url).pathname} ${place?.line} ${place?.function}`),
    ).toEqual(['/events/live 3 startLive', '/events/presence 8 Presence', '/events/alerts 12 startLater'])
    expect(finding?.locations.map(({ line }) => line)).toEqual([3, 8, 12])
    expect(run.leftBehind()).toEqual({ processes: [], files: [] })
  })

  test('passes within the budget, and keeps what it measured as a baseline', async () => {
    await using app = await serveApp('one-stream')
    const file = inFolder('baseline.json')
    const first = check(app.url, '--max-streams-per-tab', '1', '--tabs', '2', '--baseline', file, '--update-baseline')
    expect(await first.exited, first.stderr()).toBe(0)
    expect(first.stdout()).toContain('Within budget.')
    const written = JSON.parse(await readFile(file, 'utf8'))
    expect(written.figures).toContainEqual({
      rule: 'streamsPerTab',
      key: '/',
      actual: 1,
      streams: [`${app.url}events/live`],
    })
    first.leftBehind()

    // One stream more than before, and no limit but the baseline.
    written.figures = [{ rule: 'streamsPerTab', key: '/', actual: 0, streams: [] }]
    writeFileSync(file, JSON.stringify(written))
    const second = check(app.url, '--tabs', '1', '--baseline', file, '-r', 'json')
    expect(await second.exited, second.stderr()).toBe(1)
    expect(second.report().findings[0]).toMatchObject({ limit: 0, actual: 1, baseline: 0, delta: 1, state: 'fail' })
    second.leftBehind()
  })

  test('a config starts the app, does the steps, and the app is gone with its children', async () => {
    const mark = `sse-coord-app-${Math.random().toString(36).slice(2)}`
    const port = await freePort()
    const command = `${script('app.cjs', appScript)} ${port} ${mark}`
    const file = config('start.json', {
      start: { command, url: `http://127.0.0.1:${port}/`, timeout: '20s' },
      pages: [{ url: '/a', name: 'first', tabs: 1 }, '/b'],
      tabs: 2,
      budget: { streamsPerTab: 1, tabsBeforeStall: 2, stalledRequests: 0 },
    })
    const run = runCli(['check', '--config', file, '-r', 'json'])
    expect(await run.exited, run.stderr()).toBe(1)
    const report = run.report()
    expect(report.findings.map(({ id, state, actual }) => `${id} ${state} ${actual}`)).toEqual([
      'budget/streams-per-tab pass 1',
      // One tab cannot show that two work.
      'budget/tabs-before-stall fail 1',
      'budget/stalled-requests pass 0',
      'budget/streams-per-tab pass 1',
      'budget/tabs-before-stall pass 2',
      'budget/stalled-requests pass 0',
    ])
    expect(report.experiments.tabs).toHaveLength(2)
    expect(processesNaming(mark)).toEqual([])
    expect(run.leftBehind()).toEqual({ processes: [], files: [] })
  })

  test('a page behind a sign-in is reached by cookie, by header and by set-up, and is no pass without', async () => {
    await using app = await serveApp('one-stream', { intercept: wantsSignIn })
    const file = inFolder('signed-in.mjs')
    const url = JSON.stringify(app.url)
    writeFileSync(
      file,
      `export default {
        tabs: 1,
        pages: [
          { url: ${url}, name: 'cookie', cookies: [{ name: 'session', value: 'ada' }] },
          { url: ${url}, name: 'header', headers: { 'x-session': 'ada' } },
          { url: ${url}, name: 'set-up', setup: async (page) => {
            await page.type('#user', 'ada')
            await Promise.all([page.waitForNavigation(), page.click('#sign-in')])
          } },
        ],
        budget: { streamsPerTab: 1 },
      }`,
    )
    const run = runCli(['check', '--config', file, '-r', 'json'])
    expect(await run.exited, run.stderr()).toBe(0)
    expect(run.report().findings.map(({ state, actual }) => `${state} ${actual}`)).toEqual([
      'pass 1',
      'pass 1',
      'pass 1',
    ])
    run.leftBehind()
    const stranger = check(app.url, '--tabs', '1')
    expect(await stranger.exited).toBe(2)
    expect(stranger.stderr()).toMatch(
      /answered 401\.\nSign it in: --cookie .*; cookies, headers and setup in the config of check\./,
    )
    stranger.leftBehind()
  })

  test('what cannot be judged ends with 2 and says what to do', async () => {
    const silent = await freePort()
    const later = await freePort()
    await using app = await serveApp('one-stream')
    const cases: [string, object, RegExp][] = [
      [
        'dies.json',
        {
          start: { command: `${node} -e "console.error('no db');process.exit(3)"`, url: `http://127.0.0.1:${silent}/` },
        },
        /ended with exit code 3 before http:\/\/127[\s\S]*no db/,
      ],
      [
        'mute.json',
        {
          start: {
            command: `${node} -e "setInterval(()=>{},1000)"`,
            url: `http://127.0.0.1:${silent}/`,
            timeout: '700ms',
          },
        },
        /did not answer within 0\.7 s/,
      ],
      [
        'dies-later.json',
        {
          start: { command: `${script('dies.cjs', dyingScript)} ${later}`, url: `http://127.0.0.1:${later}/` },
          pages: ['/last'],
        },
        /ended with exit code 7 in the middle of the run: http[\s\S]*out of memory, says the app/,
      ],
      ['nowhere.json', { pages: [`http://127.0.0.1:${silent}/`] }, /127\.0\.0\.1/],
      [
        'selector.json',
        { pages: [{ url: app.url, steps: [{ click: '#nowhere' }] }], timeout: '2s' },
        /Step 1 \(click #nowhere\) failed: there is no visible “#nowhere”/,
      ],
    ]
    for (const [name, value, words] of cases) {
      const run = runCli(['check', '--config', config(name, { tabs: 1, ...value })])
      expect(await run.exited, `${name}\n${run.stdout()}\n${run.stderr()}`).toBe(2)
      expect(run.stdout() + run.stderr(), name).toMatch(words)
      expect(run.stdout() + run.stderr(), name).not.toMatch(/^\s+at .*:\d+:\d+/m)
      expect(run.leftBehind(), name).toEqual({ processes: [], files: [] })
    }
  })

  test('a page that never loads ends with 2', async () => {
    const { createServer } = await import('node:http')
    const server = createServer(() => {}).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    const run = check(`http://127.0.0.1:${port}/`, '--timeout', '800ms', '-r', 'json')
    expect(await run.exited, run.stderr()).toBe(2)
    expect(run.report()).toMatchObject({ complete: false, error: { code: 'page-not-loaded' } })
    server.closeAllConnections()
    server.close()
    run.leftBehind()
  })

  test('a browser that dies keeps what was measured, marked as partial', async () => {
    await using app = await serveApp('one-stream')
    const pages = [app.url, { url: app.url, steps: [{ wait: '20s' }] }]
    const file = config('dies-browser.json', { pages, tabs: 1, timeout: '30s' })
    const run = runCli(['check', '--config', file, '-r', 'json'])
    await run.says(/1 tab on \/: /)
    await sleep(300)
    killAll(descendantsOf(run.child.pid ?? 0))
    expect(await run.exited, run.stderr()).toBe(2)
    const report = run.report()
    expect(report).toMatchObject({ complete: false, exitCode: 2, error: { code: 'browser-died' } })
    expect(report.findings).toHaveLength(1)
    expect(run.leftBehind()).toEqual({ processes: [], files: [] })
  })

  test('Ctrl-C ends browser, app and all, with 130 and what was measured', async () => {
    const mark = `sse-coord-app-${Math.random().toString(36).slice(2)}`
    const port = await freePort()
    const file = config('interrupted.json', {
      start: { command: `${script('app2.cjs', appScript)} ${port} ${mark}`, url: `http://127.0.0.1:${port}/` },
      pages: ['/', { url: '/slow', steps: [{ wait: '30s' }] }],
      tabs: 1,
    })
    const run = runCli(['check', '--config', file, '-r', 'json'])
    await run.says(/1 tab on \/: /)
    run.child.kill('SIGINT')
    expect(await run.exited, run.stderr()).toBe(130)
    expect(run.report()).toMatchObject({ complete: false, exitCode: 130, targets: [`http://127.0.0.1:${port}/`] })
    expect(run.report().findings).toHaveLength(1)
    expect(processesNaming(mark)).toEqual([])
    expect(run.leftBehind()).toEqual({ processes: [], files: [] })
  })
})

/** A test suite as teams have them: opens the app in a browser and looks at it. */
const suite = (body: string) => `
import puppeteer from ${JSON.stringify(pathToFileURL(path.resolve('node_modules/puppeteer-core/lib/esm/puppeteer/puppeteer-core.js')).href)}
const launch = (args = []) => puppeteer.launch({ executablePath: process.env.BROWSER, args: ['--no-sandbox', '${noAddressBarPages}', ...args] })
const visit = async (browser, url) => {
  const page = await browser.newPage()
  await page.goto(url, { waitUntil: 'load' })
  await new Promise((resolve) => setTimeout(resolve, 500))
  return page
}
${body}`

describe.runIf(needs('chromium'))('sse-coord check around a test suite', () => {
  const chromium = { BROWSER: '/usr/bin/chromium' }
  const run = (args: string[]) => runCli(['check', '--no-config', ...args], chromium)

  test('judges the worst moment of what passed the proxy', async () => {
    await using app = await serveApp('three-streams')
    const command = script(
      'suite.mjs',
      suite(`const browser = await launch()
      await visit(browser, process.env.SSE_COORD_URL + '/?from=suite')
      console.log('suite says hello')
      await browser.close()`),
    )
    const one = run(['--run', command, '--target', app.url, '--max-streams-per-origin', '2', '-r', 'json'])
    expect(await one.exited, one.stderr()).toBe(1)
    expect(one.stderr()).toContain('suite says hello')
    const report = one.report()
    const origin = new URL(app.url).origin
    expect(report).toMatchObject({ run: { command, exitCode: 0 }, exitCode: 1, targets: [origin], complete: true })
    expect(report.findings[0]).toMatchObject({
      id: 'budget/streams-per-origin',
      state: 'fail',
      target: origin,
      limit: 2,
      actual: 3,
    })
    expect(report.findings[0]?.measured).toMatch(/^3 streams of .* at \d\d:\d\d:\d\d UTC, for \/\?from=suite \(3\)$/)
    expect(report.findings[0]?.streams?.map(({ url }) => url)).toContain(`${origin}/events/alerts?token=***`)
    expect(one.leftBehind()).toEqual({ processes: [], files: [] })
  })

  test('as a proxy server it sees the app under its own address', async () => {
    await using app = await serveApp('one-stream')
    const command = script(
      'forward.mjs',
      suite(`const browser = await launch(['--proxy-server=' + process.env.SSE_COORD_PROXY, '--proxy-bypass-list=<-loopback>'])
      await visit(browser, ${JSON.stringify(app.url)})
      await browser.close()`),
    )
    const one = run(['--run', command, '--forward', '--max-streams-per-origin', '1', '-r', 'json'])
    expect(await one.exited, one.stderr()).toBe(0)
    const origin = new URL(app.url).origin
    const found = one.report().findings.find(({ target }) => target === origin)
    expect(found).toMatchObject({ state: 'pass', actual: 1 })
    one.leftBehind()
  })

  test('a suite that goes around the proxy is no pass: exit code 2 and the remedy', async () => {
    const command = script('around.mjs', 'console.log(process.env.SSE_COORD_URL)')
    const one = run(['--run', command, '--target', 'http://127.0.0.1:9'])
    expect(await one.exited).toBe(2)
    expect(one.stderr()).toContain('passed the proxy, so there is nothing to judge')
    expect(one.stderr()).toContain('SSE_COORD_URL in place of that of the app')
    one.leftBehind()
  })

  test('an app that answers nothing is no pass either', async () => {
    const command = script('dead.mjs', "await fetch(process.env.SSE_COORD_URL + '/').then((answer) => answer.text())")
    const one = run(['--run', command, '--target', 'http://127.0.0.1:9'])
    expect(await one.exited).toBe(2)
    expect(one.stderr()).toContain(
      'http://127.0.0.1:9 did not answer the one request that passed the proxy, so there is nothing to judge.',
    )
    one.leftBehind()
  })

  test('the failure of the command wins, and is told apart', async () => {
    await using app = await serveApp('three-streams')
    const command = script(
      'fails.mjs',
      suite(`const browser = await launch()
      await visit(browser, process.env.SSE_COORD_URL)
      await browser.close()
      process.exit(7)`),
    )
    const one = run(['--run', command, '--target', app.url, '--max-streams-per-origin', '1', '-r', 'json'])
    expect(await one.exited, one.stderr()).toBe(7)
    expect(one.report()).toMatchObject({ exitCode: 7, run: { exitCode: 7 }, summary: { errors: 1 } })
    one.leftBehind()
  })

  test.runIf(process.platform === 'linux')(
    'two browsers behind one address are unknown, each behind its own is judged',
    async () => {
      await using app = await serveApp('one-stream')
      const command = script(
        'two.mjs',
        suite(`const browsers = await Promise.all([launch(), launch()])
      await Promise.all(browsers.map((browser, index) =>
        visit(browser, process.env['SSE_COORD_URL_' + index] ?? process.env.SSE_COORD_URL)))
      await new Promise((resolve) => setTimeout(resolve, 2000))
      await Promise.all(browsers.map((browser) => browser.close()))`),
      )
      const args = ['--run', command, '--target', app.url, '--max-streams-per-origin', '1', '-r', 'json']
      const shared = run(args)
      expect(await shared.exited, shared.stderr()).toBe(0)
      expect(shared.report().findings[0]).toMatchObject({ state: 'unknown', actual: null })
      expect(shared.report().findings[0]?.reason).toContain('give each its own with --listeners 2')
      shared.leftBehind()
      const apart = run([...args, '--listeners', '2'])
      expect(await apart.exited, apart.stderr()).toBe(0)
      expect(apart.report().findings[0]).toMatchObject({ state: 'pass', actual: 1 })
      apart.leftBehind()
    },
  )

  test('Ctrl-C ends the suite with its browsers, and says what was seen', async () => {
    await using app = await serveApp('one-stream')
    const command = script(
      'long.mjs',
      suite(`const browser = await launch()
      await visit(browser, process.env.SSE_COORD_URL)
      console.log('open')
      await new Promise(() => setInterval(() => {}, 1000))`),
    )
    const one = run(['--run', command, '--target', app.url, '-r', 'json'])
    await one.says('open')
    one.child.kill('SIGINT')
    expect(await one.exited, one.stderr()).toBe(130)
    expect(one.report()).toMatchObject({ complete: false, exitCode: 130 })
    expect(one.report().run).toBeUndefined()
    // Files are left by the suite’s own browser, which had no time to tidy up.
    expect(one.leftBehind().processes).toEqual([])
  })
})
