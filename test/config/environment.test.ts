import { expect, test } from 'vitest'
import { mergeSettings, readEnvironment } from '../../src/config/environment.js'

test('variables become settings', () => {
  expect(
    readEnvironment({
      PATH: '/bin',
      SSE_COORD_TABS: '4',
      SSE_COORD_FAIL_ON: 'warning',
      SSE_COORD_SANDBOX: 'false',
      SSE_COORD_TIMEOUT: '5s',
      SSE_COORD_MAX_STREAMS_PER_TAB: '2',
      SSE_COORD_MAX_FAILOVER_TIME: '500ms',
      SSE_COORD_BROWSER: '',
      SSE_COORD_URL: 'http://127.0.0.1:1',
      SSE_COORD_SOMETHING_ELSE_ENTIRELY: 'x',
    }),
  ).toEqual({
    tabs: 4,
    failOn: 'warning',
    sandbox: false,
    timeoutMs: 5000,
    budget: { streamsPerTab: 2, failoverTime: 500 },
  })
})

test('a mistake names the variable', () => {
  expect(() => readEnvironment({ SSE_COORD_TABS: 'many' })).toThrow(
    'SSE_COORD_TABS takes a whole number from 1 to 50, as in tabs: 8, not "many".',
  )
  expect(() => readEnvironment({ SSE_COORD_TIMEOUT: '5' })).toThrow(
    'SSE_COORD_TIMEOUT takes a time with its unit, as in timeout: "30s", not "5".',
  )
  expect(() => readEnvironment({ SSE_COORD_TAB: '5' })).toThrow(
    'There is no variable SSE_COORD_TAB: did you mean SSE_COORD_TABS?',
  )
})

test('flags go before variables, variables before the file, rule by rule', () => {
  const file = { tabs: 2, runs: 5, budget: { streamsPerTab: 1, lostEvents: 0, checks: { 'a/b': 'off' as const } } }
  const variables = { tabs: 3, budget: { streamsPerTab: 2 } }
  const flags = { tabs: 4, budget: { stalledRequests: 0, checks: { 'c/d': 'error' as const } } }
  expect(mergeSettings(mergeSettings(file, variables), flags)).toEqual({
    tabs: 4,
    runs: 5,
    budget: { streamsPerTab: 2, lostEvents: 0, stalledRequests: 0, checks: { 'a/b': 'off', 'c/d': 'error' } },
  })
})
