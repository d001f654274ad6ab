import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { serveApp } from '../support/app-server.js'
import { needs } from '../support/needs.js'
import { descendantsOf, killAll } from '../support/processes.js'
import { runCli } from '../support/run-cli.js'
import { cured, stalled } from '../support/stall-figures.js'

/** The phases of a run: what stderr says just before, and how long after that Ctrl-C comes. */
const phases = [
  ['the start of the browser', '', 450],
  ['plain EventSource', 'starting a browser', 1000],
  ['plain EventSource, stalled', 'starting a browser', 3500],
  ['the coordinator', 'with plain EventSource', 700],
  ['closing leaders', 'with the coordinator', 700],
  ['crashing leaders', 'tab closes', 700],
  ['following links', 'tab crashes', 700],
  ['freezing leaders', 'follows a link:', 700],
  ['the cases that wait', 'is frozen:', 2000],
  ['a hung leader', 'is frozen (plain Web Lock)', 1500],
] as const

describe.runIf(needs('chromium'))('sse-coord doctor', () => {
  test('20 runs in a row count the same, within a minute each, and leave nothing behind', async () => {
    const medians: Record<string, number[]> = {}
    for (let number = 1; number <= 20; number++) {
      const run = runCli(['doctor', '--reporter', 'json'])
      expect(await run.exited, `run ${number}: ${run.stderr()}\n${run.stdout()}`).toBe(0)
      const { experiments, durationMs, findings } = run.report()
      expect(findings.map(({ state }) => state)).toEqual(['pass', 'pass', 'pass', 'pass'])
      expect(experiments.stall?.native).toMatchObject(stalled)
      expect(experiments.stall?.coordinator).toMatchObject(cured)
      for (const { event, leader, lost, duplicated, medianMs } of experiments.failover ?? []) {
        if (leader === 'web-lock') continue
        expect([event, lost, duplicated], `run ${number}`).toEqual([event, 0, 0])
        medians[event] = [...(medians[event] ?? []), Math.round(medianMs ?? Number.NaN)]
      }
      expect(durationMs).toBeLessThan(60_000)
      expect(run.leftBehind(), `run ${number}`).toEqual({ processes: [], files: [] })
      console.log(
        `run ${number}: ${Math.round(durationMs / 1000)} s, fetch ${Math.round(experiments.stall?.coordinator.fetch.waitedMs ?? 0)} ms`,
      )
    }
    console.log('medians of the runs, in ms:', JSON.stringify(medians))
  })

  test.each(phases)('Ctrl-C in %s exits with 130 and leaves nothing behind', async (_phase, saidBefore, afterMs) => {
    const run = runCli(['doctor', '--reporter', 'json'])
    await run.says(saidBefore)
    await sleep(afterMs)
    run.child.kill('SIGINT')
    const exitCode = await run.exited
    expect(exitCode, run.stderr()).toBe(130)
    expect(run.report()).toMatchObject({ complete: false, exitCode: 130 })
    expect(run.leftBehind()).toEqual({ processes: [], files: [] })
  })
})

describe.runIf(needs('chromium'))('a browser that dies', () => {
  test('while a page is given a minute to come back ends the run then, and not after the minute', async () => {
    await using app = await serveApp('one-stream')
    const only = 'client/dead-after-error-status'
    const run = runCli(['doctor', '--app', app.url, '--for', '60s', '--tabs', '2', '--only', only, '-r', 'json'])
    await run.says('of your page:')
    await sleep(5000)
    const diedAt = performance.now()
    killAll(descendantsOf(run.child.pid ?? 0))
    expect(await run.exited, run.stderr()).toBe(2)
    expect(performance.now() - diedAt).toBeLessThan(30_000)
    expect(run.report()).toMatchObject({ complete: false, error: { code: 'browser-died' } })
    expect(run.leftBehind()).toEqual({ processes: [], files: [] })
  })
})
