import { readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { needs } from '../support/needs.js'
import { descendantsOf, killAll } from '../support/processes.js'
import { runCli } from '../support/run-cli.js'
import { cured, stalled } from '../support/stall-figures.js'

describe.runIf(needs('chromium'))('sse-coord doctor', () => {
  test('shows the limit, the cure, and hand-overs without loss', async () => {
    const run = runCli(['doctor', '--reporter', 'json'])
    expect(await run.exited, run.stderr()).toBe(0)
    const report = run.report()
    expect(report).toMatchObject({
      schema: 'sse-coord/report@1',
      command: 'doctor',
      complete: true,
      exitCode: 0,
      targets: [],
      experiments: {
        stall: {
          tabs: 8,
          native: { ...stalled, idleSockets: 0, browser: { streamsOpen: 6, streamsWaiting: 2, sockets: 6 } },
          coordinator: { ...cured, browser: { streamsOpen: 1, streamsWaiting: 0, sockets: 1 } },
        },
      },
      summary: { passed: 4, failed: 0, skipped: 0, unknown: 0, errors: 0, warnings: 0 },
    })
    const cases = report.experiments.failover ?? []
    expect(cases.map(({ event, leader, trials }) => [event, leader, trials])).toEqual([
      ['close', 'coordinator', 3],
      ['crash', 'coordinator', 3],
      ['bfcache', 'coordinator', 3],
      ['freeze', 'coordinator', 3],
      ['hang', 'coordinator', 1],
      ['bfcache', 'web-lock', 1],
      ['freeze', 'web-lock', 1],
    ])
    for (const failover of cases.filter(({ leader }) => leader === 'coordinator')) {
      expect(failover).toMatchObject({ timedOut: 0, lost: 0, duplicated: 0, medianMs: expect.any(Number) })
    }
    for (const { trials, kept } of cases.filter(({ event }) => event === 'bfcache')) expect(kept).toBe(trials)
    for (const failover of cases.filter(({ leader }) => leader === 'web-lock')) {
      expect(failover).toMatchObject({ timedOut: 1, medianMs: null, maxMs: null })
      expect(failover.lost).toBeGreaterThan(100)
    }
    expect(run.leftBehind()).toEqual({ processes: [], files: [] })
  })

  // The next two at once: both end before anything is timed.
  test.concurrent('Ctrl-C in the middle prints what is known, exits with 130 and leaves nothing behind', async () => {
    const run = runCli(['doctor', '--reporter', 'json'])
    await run.says('plain EventSource')
    run.child.kill('SIGINT')
    expect(await run.exited).toBe(130)
    expect(run.report()).toMatchObject({
      complete: false,
      exitCode: 130,
      experiments: { stallCutShort: { tabs: 8, native: { streamsOpen: 6 } } },
    })
    expect(run.leftBehind()).toEqual({ processes: [], files: [] })
  })

  test.concurrent('a browser that dies half way leaves what was measured, and exits with 2', async () => {
    const run = runCli(['doctor', '--reporter', 'json'])
    await run.says('plain EventSource')
    killAll(descendantsOf(run.child.pid ?? 0))
    expect(await run.exited).toBe(2)
    expect(run.report()).toMatchObject({
      complete: false,
      exitCode: 2,
      error: { code: 'browser-died' },
      experiments: { stallCutShort: { native: { streamsOpen: 6 } } },
    })
    expect(run.leftBehind()).toEqual({ processes: [], files: [] })
  })
})

describe('where it cannot run', () => {
  test('no browser: one message with the line that installs one, exit 2', async () => {
    const run = runCli(['doctor'], { PATH: path.dirname(process.execPath), HOME: '/nonexistent', CHROME_PATH: '' })
    // Where Node lives beside a browser, this machine cannot show it.
    if (readdirSync(path.dirname(process.execPath)).some((name) => /chrom|google|edge|brave/.test(name))) return
    expect(await run.exited).toBe(2)
    expect(run.stdout()).toBe('')
    expect(run.stderr()).toMatch(/No browser found/)
    expect(run.stderr()).toMatch(/install/)
    expect(run.stderr()).not.toMatch(/\n\s+at /)
  })

  test.each([
    [['doctor', '--tabs', '1'], /2 to 50/],
    [['doctor', '--tabs', '1000'], /2 to 50/],
    [['doctor', '--trails', '3'], /--trials/],
    [['docter'], /doctor/],
  ])('%j gets one clear sentence and exit 2', async (args, words) => {
    const run = runCli(args)
    expect(await run.exited).toBe(2)
    expect(run.stdout()).toBe('')
    expect(run.stderr()).toMatch(words)
    expect(run.stderr()).not.toMatch(/\n\s+at /)
  })
})
