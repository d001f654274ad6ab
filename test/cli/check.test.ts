import { describe, expect, test, vi } from 'vitest'
import type { Api } from '../../src/cli/context.js'
import { run } from '../../src/cli/index.js'
import type { CheckOptions, Report } from '../../src/index.js'
import { checks } from '../report/fixtures.js'
import { createProcess } from './fake-process.js'

async function check(...args: string[]) {
  return checkWith(checks.exceeded, ...args)
}

async function checkWith(report: Report, ...args: string[]) {
  const process = createProcess(['check', ...args])
  const checkBudget = vi.fn(async (_options: CheckOptions) => report)
  const code = await run(process, async () => ({ checkBudget }) as unknown as Api)
  const {
    signal: _1,
    onProgress: _2,
    onNote: _3,
    onOutput: _4,
    env: _5,
    withCoordinator,
    ...options
  } = checkBudget.mock.calls[0]?.[0] ?? {}
  return {
    code,
    options,
    withCoordinator,
    stdout: process.stdout.text,
    stderr: process.stderr.text,
    called: checkBudget.mock.calls.length,
  }
}

test('without flags the config says everything', async () => {
  expect((await check()).options).toEqual({ configFile: true })
})

test('flags reach the check as they were given', async () => {
  const { options, code } = await check(
    ...['http://a/', 'http://b/', '--no-config', '--max-streams-per-tab', '1', '--max-failover-time', '500ms'],
    ...['--min-tabs-before-stall', '8', '--tabs', '3', '--tolerance', '10%', '--timeout', '5s', '--no-sandbox'],
    ...['--baseline', 'b.json', '--update-baseline', '--browser', 'firefox', '--fail-on', 'warning', '--insecure'],
  )
  expect(code).toBe(1)
  expect(options).toEqual({
    configFile: false,
    pages: ['http://a/', 'http://b/'],
    budget: { streamsPerTab: 1, failoverTime: 500, tabsBeforeStall: 8 },
    tabs: 3,
    tolerance: '10%',
    timeout: 5000,
    sandbox: false,
    baseline: 'b.json',
    updateBaseline: true,
    browser: 'firefox',
    failOn: 'warning',
    insecure: true,
  })
  const suite = await check('--run', 'npm run e2e', '--target', 'http://a/', '--listeners', '4', '--config', 'x.ts')
  expect(suite.options).toEqual({ configFile: 'x.ts', run: 'npm run e2e', target: 'http://a/', listeners: 4 })
})

test('what is on this machine needs no scheme', async () => {
  expect((await check('localhost:3000/a', ':3000', '/b')).options.pages).toEqual([
    'http://localhost:3000/a',
    'http://localhost:3000',
    '/b',
  ])
  expect((await check('--run', 'x', '--target', 'localhost:3000')).options.target).toBe('http://localhost:3000')
})

test('a page to look at shows before and after, and nothing else asks for the second look', async () => {
  expect((await check('http://a/', '-r', 'json')).withCoordinator).toBe(false)
  expect((await check('http://a/', '-r', 'html')).withCoordinator).toBe(true)
})

describe('one sentence and exit code 2 for', () => {
  test.each([
    [['--tabs', '0'], "--tabs takes a whole number from 1 to 50, not '0'."],
    [['--max-streams-per-tab', '1.5'], "--max-streams-per-tab takes a whole number from 0 to 1000, not '1.5'."],
    [['--timeout', '30'], "--timeout takes a duration with its unit, as in --timeout 30s, not '30'."],
    [['--tolerance', '0.2'], "--tolerance takes a share with its sign, as in --tolerance 25%, not '0.2'."],
    [['--max-stream-per-tab', '1'], "Unknown option '--max-stream-per-tab': did you mean --max-streams-per-tab?"],
    [
      ['-r', 'junt'],
      "--reporter takes pretty, json, junit, sarif, github, markdown or html, not 'junt': did you mean junit?",
    ],
  ])('%j', async (args, sentence) => {
    const { code, stderr, called } = await check(...args)
    expect({ code, called, stderr }).toEqual({ code: 2, called: 0, stderr: `${sentence}\n` })
  })
})

test('help is grouped, fits into 80 columns, and its examples parse', async () => {
  const { stdout } = await check('--help')
  for (const group of ['Budget:', 'What is opened:', 'Around a test suite:', 'Baseline:', 'Browser:', 'Report:']) {
    expect(stdout).toContain(`\n${group}\n`)
  }
  for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
  const examples = [...stdout.matchAll(/^ {2}\$ sse-coord check (.*)$/gm)].map(([, text = '']) => text)
  expect(examples).toHaveLength(2)
  for (const example of examples) {
    const args = [...example.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '')
    expect((await check(...args)).called, example).toBe(1)
  }
})

test('a run that could not go on shows what it measured, marked as cut short, and why; one that could not begin only why', async () => {
  const error = { code: 'browser-died', message: 'Chromium ended in the middle of the run.', hint: 'Run it again.' }
  const partial = await checkWith({ ...checks.exceeded, complete: false, exitCode: 2, error })
  expect(partial.stdout).toContain('cut short')
  expect(partial.stdout).toMatch(/\/dashboard +streams per tab +2[\s\S]*Chromium ended in the middle of the run/)
  expect(partial).toMatchObject({ code: 2, stderr: '' })
  const none = await checkWith({ ...checks.exceeded, findings: [], complete: false, exitCode: 2, error })
  expect(none).toMatchObject({
    code: 2,
    stdout: '',
    stderr: 'Chromium ended in the middle of the run.\nRun it again.\n',
  })
})

test('the screen shows each page with its figures, and the lines of what is too much', async () => {
  expect((await check()).stdout).toMatchInlineSnapshot(`
    "sse-coord 0.1.0 · Chromium 156 · 2 pages · 8 tabs each · budget from
    sse-coord.config.ts · http://localhost:3000
     ✗ /dashboard     streams per tab      2   limit 1 · baseline 1 · +1
          /api/events     src/live.ts:31        startLive
          /api/presence   src/presence.ts:162   usePresence   new
     ✓ /settings      streams per tab      1   limit 1 · baseline 1 · ±0
     ? this browser   requests that wait   ?
          Firefox does not tell; use Chromium

    fix any page
          import { SharedEventSource } from 'sse-coord/coordinator'

    Budget exceeded on 1 page. Share the stream, or raise the limit in
    sse-coord.config.ts:7.

    1 error · 1 passed · 1 unknown                                              41 s
    "
  `)
})
