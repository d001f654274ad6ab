import { describe, expect, test } from 'vitest'
import { validateConfig } from '../../src/config/validate.js'
import { SseCoordError } from '../../src/error.js'

const file = 'sse-coord.config.ts'

function mistakes(value: unknown, where: string | null = file): string[] {
  try {
    validateConfig(value, where)
  } catch (error) {
    if (!(error instanceof SseCoordError)) throw error
    expect(error.code).toBe('bad-config')
    return [error.message, ...(error.hint?.split('\n') ?? [])]
  }
  return []
}

test('a whole config comes out with times in milliseconds', () => {
  const setup = () => {}
  expect(
    validateConfig(
      {
        start: { command: 'npm start', url: 'http://localhost:3000/', timeout: '1m' },
        pages: [
          'http://localhost:3000/',
          { url: '/a', tabs: 3, steps: [{ click: '#a' }, { wait: '2s' }, { waitFor: '.b' }, { visit: '/c' }], setup },
        ],
        budget: { streamsPerTab: 1, failoverTime: '500ms', lostEvents: false, checks: { 'retry/missing': 'off' } },
        tolerance: '10%',
        timeout: '5s',
      },
      file,
    ),
  ).toEqual({
    start: { command: 'npm start', url: 'http://localhost:3000/', timeoutMs: 60_000 },
    pages: [
      { url: 'http://localhost:3000/' },
      { url: '/a', tabs: 3, steps: [{ click: '#a' }, { waitMs: 2000 }, { waitFor: '.b' }, { visit: '/c' }], setup },
    ],
    budget: { streamsPerTab: 1, failoverTime: 500, lostEvents: false, checks: { 'retry/missing': 'off' } },
    tolerance: 0.1,
    timeoutMs: 5000,
  })
})

describe('a mistake names the key, what was expected, an example, and what was found', () => {
  test.each<[unknown, string]>([
    [null, 'the config takes an object, as in export default { pages: ["http://localhost:3000/"] }, not null.'],
    [{ tabs: 0 }, 'tabs takes a whole number from 1 to 50, as in tabs: 8, not 0.'],
    [{ tabs: '8' }, 'tabs takes a whole number from 1 to 50, as in tabs: 8, not "8".'],
    [
      { budget: { streamsPerTab: 1.5 } },
      'budget.streamsPerTab takes a whole number from 0 to 1000, or false, as in streamsPerTab: 1, not 1.5.',
    ],
    [
      { budget: { failoverTime: 500 } },
      'budget.failoverTime takes a time with its unit, or false, as in failoverTime: "500ms", not 500.',
    ],
    [{ timeout: 5000 }, 'timeout takes a time with its unit, as in timeout: "30s", not 5000.'],
    [{ tolerance: 0.2 }, 'tolerance takes a share from 0% to 1000%, as in tolerance: "25%", not 0.2.'],
    [{ start: { command: 'x' } }, 'start lacks url.'],
    [
      { start: 'npm start' },
      'start takes a command and an address, as in start: { command: "npm start", url: "http://localhost:3000/" }, not "npm start".',
    ],
    [
      { pages: 'http://localhost/' },
      'pages takes a list, as in pages: ["http://localhost:3000/"], not "http://localhost/".',
    ],
    [
      { pages: [7] },
      'pages[0] takes an address or a page, as in "http://localhost:3000/" or { url: "http://localhost:3000/", tabs: 8 }, not 7.',
    ],
    [{ pages: [{ url: '/', tabs: 99 }] }, 'pages[0].tabs takes a whole number from 1 to 50, as in tabs: 8, not 99.'],
    [
      { pages: [{ url: '/', steps: [{ wait: 2000 }] }] },
      'pages[0].steps[0].wait takes a time with its unit, as in { wait: "2s" }, not 2000.',
    ],
    [
      { pages: [{ url: '/', steps: [{ press: 'a' }] }] },
      'pages[0].steps[0] takes one of visit, click, waitFor and wait, as in { click: "#open" } or { wait: "2s" }, not {"press":"a"}.',
    ],
    [
      { pages: [{ url: '/', headers: { a: 1 } }] },
      'pages[0].headers takes names with texts, as in headers: { "x-user": "ada" }, not {"a":1}.',
    ],
    [
      { pages: [{ url: '/', setup: 'x' }] },
      'pages[0].setup takes a function, as in setup: async (page) => { … }, not "x".',
    ],
    [
      { budget: { checks: { 'retry/missing': 'warn' } } },
      'budget.checks["retry/missing"] takes error, warning, info or off, as in checks: { "retry/missing": "warning" }, not "warn".',
    ],
    [{ failOn: 'never' }, 'failOn takes error, warning or info, as in failOn: "error", not "never".'],
  ])('%j', (value, sentence) => {
    expect(mistakes(value)).toEqual([`${file}: ${sentence}`])
  })
})

describe('an unknown key is a mistake, with a guess', () => {
  test.each<[unknown, string]>([
    [{ page: [] }, 'there is no key page: did you mean pages?'],
    [{ zzzzzzzz: 1 }, 'there is no key zzzzzzzz.'],
    [{ budget: { streamPerTab: 1 } }, 'there is no key streamPerTab in budget: did you mean streamsPerTab?'],
    [
      { start: { comand: 'x', command: 'x', url: 'http://a/' } },
      'there is no key comand in start: did you mean command?',
    ],
    [{ pages: [{ url: '/', step: [] }] }, 'there is no key step in pages[0]: did you mean steps?'],
    [{ pages: [{ url: '/', budget: { failoverTime: '1s' } }] }, 'there is no key failoverTime in pages[0].budget.'],
  ])('%j', (value, sentence) => {
    expect(mistakes(value)).toEqual([`${file}: ${sentence}`])
  })
})

test('several mistakes are told at once', () => {
  expect(mistakes({ tabs: 0, runs: 0, page: 1 })).toHaveLength(3)
})

test('in the Node API a number is milliseconds', () => {
  expect(validateConfig({ timeout: 5000, budget: { failoverTime: 250 } }, null)).toEqual({
    timeoutMs: 5000,
    budget: { failoverTime: 250 },
  })
  expect(mistakes({ timeout: -1 }, null)).toEqual(['timeout takes a time, as in timeout: "30s", not -1.'])
})
