import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { expectKnownChecks } from '../../src/budget/doctor-rules.js'
import { type CheckOptions, toPlan } from '../../src/budget/plan.js'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sse-coord-plan-'))
})
afterEach(() => rm(folder, { recursive: true }))

const plan = (options: CheckOptions) => toPlan({ cwd: folder, ...options })

test('options go before variables, variables before the file', async () => {
  const config = {
    pages: ['http://a/'],
    tabs: 2,
    runs: 5,
    browser: 'chromium',
    budget: { streamsPerTab: 4, lostEvents: 1 },
  }
  await writeFile(path.join(folder, 'sse-coord.config.json'), JSON.stringify(config))
  const made = await plan({
    configFile: true,
    env: { SSE_COORD_TABS: '3', SSE_COORD_RUNS: '6' },
    tabs: 4,
    budget: { streamsPerTab: 1 },
  })
  expect(made).toMatchObject({
    tabs: 4,
    runs: 6,
    configName: 'sse-coord.config.json',
    budget: { streamsPerTab: 1, lostEvents: 1 },
  })
  expect(made.settings.browser).toBe('chromium')
})

test('a command that is asked for goes before the pages of the file, and the other way round', async () => {
  const config = { pages: ['http://a/'], target: 'http://b/' }
  await writeFile(path.join(folder, 'sse-coord.config.json'), JSON.stringify(config))
  expect((await plan({ configFile: true, run: 'x' })).pages).toEqual([])
  await writeFile(path.join(folder, 'sse-coord.config.json'), JSON.stringify({ run: 'x', target: 'http://b/' }))
  expect((await plan({ configFile: true, pages: ['http://c/'] })).settings.run).toBeUndefined()
})

describe('without any limit', () => {
  test('a page may hold one stream, and a run five', async () => {
    expect((await plan({ pages: ['http://a/'] })).budget).toEqual({ streamsPerTab: 1 })
    expect((await plan({ run: 'x', target: 'http://a/' })).budget).toEqual({ streamsPerOrigin: 5 })
  })

  test('a baseline binds alone, and so does the budget of a page', async () => {
    expect((await plan({ pages: ['http://a/'], baseline: 'b.json' })).budget).toEqual({})
    expect((await plan({ pages: [{ url: 'http://a/', budget: { stalledRequests: 0 } }] })).budget).toEqual({})
  })
})

test('addresses may be relative to the app that is started, which is a page itself', async () => {
  const start = { command: 'x', url: 'http://localhost:3000/app/' }
  expect((await plan({ start, pages: ['/a', 'b', 'http://c/'] })).pages.map(({ url }) => url)).toEqual([
    'http://localhost:3000/a',
    'http://localhost:3000/app/b',
    'http://c/',
  ])
  expect((await plan({ start })).pages).toEqual([{ url: 'http://localhost:3000/app/' }])
})

describe('what makes no sense is refused in a sentence', () => {
  test.each<[CheckOptions, string]>([
    [{}, 'There is nothing to check: no page, and no command to run.'],
    [{ pages: ['/a'] }, 'The page “/a” is no whole address.'],
    [{ pages: ['localhost:3000/a'] }, '“localhost:3000/a” is not the address of a page.'],
    [{ run: 'x' }, 'run needs to know where the app is.'],
    [{ run: 'x', forward: true, target: 'http://a/' }, 'forward and target do not go together.'],
    [{ run: 'x', target: 'http://a/', pages: ['http://a/'] }, 'Pages and run do not go together'],
    [{ pages: ['http://a/'], updateBaseline: true }, 'There is no baseline to update.'],
    [{ run: 'x', target: 'http://a/', listeners: 0 }, 'listeners takes a whole number from 1 to 32, not 0.'],
    [{ pages: ['http://a/'], tabs: 51 }, 'tabs takes a whole number from 1 to 50, as in tabs: 8, not 51.'],
  ])('%j', async (options, sentence) => {
    await expect(plan(options)).rejects.toThrow(sentence)
  })

  test('a check that does not exist', async () => {
    await expect(expectKnownChecks({ checks: { 'retry/mising': 'error' } })).rejects.toThrow(
      'There is no check retry/mising: did you mean retry/missing?',
    )
    await expect(expectKnownChecks({ checks: { 'budget/lost-events': 'error' } })).rejects.toThrow('There is no check')
    await expect(expectKnownChecks({ checks: { 'tabs/stall': 'off' } })).resolves.toBeUndefined()
  })
})
