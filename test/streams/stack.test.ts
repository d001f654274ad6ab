import { expect, test } from 'vitest'
import { parseStack } from '../../src/browser/streams/stack.js'

test.each([
  ['    at startLive (http://host/live.js:3:18)', 'startLive', 'http://host/live.js', 3, 18],
  ['    at new Presence (http://host/live.js:8:19)', 'Presence', 'http://host/live.js', 8, 19],
  ['    at async Feed.open (http://host/a.js?v=1:2:3)', 'open', 'http://host/a.js?v=1', 2, 3],
  ['    at Object.open [as start] (http://host/a.js:2:3)', 'open', 'http://host/a.js', 2, 3],
  ['    at http://host/live.js:15:1', null, 'http://host/live.js', 15, 1],
  ['    at <anonymous> (http://host/live.js:15:1)', null, 'http://host/live.js', 15, 1],
  ['    at webpack-internal:///./src/live.ts:4:9', null, 'webpack-internal:///./src/live.ts', 4, 9],
  [
    '    at go (webpack-internal:///(app-client)/./src/live.ts:4:9)',
    'go',
    'webpack-internal:///(app-client)/./src/live.ts',
    4,
    9,
  ],
  ['startLive@http://host/live.js:3:18', 'startLive', 'http://host/live.js', 3, 18],
  ['async*openFeed/<@http://host/live.js:3:18', 'openFeed', 'http://host/live.js', 3, 18],
  ['@http://host/?tab1:1:74', null, 'http://host/?tab1', 1, 74],
])('%s', (line, name, url, row, column) => {
  expect(parseStack(`Error\n${line}`)).toEqual([{ function: name, url, line: row, column }])
})

test('lines that name no place are left out, and a stack has an end', () => {
  expect(parseStack('Error: at: nothing\n    at Array.forEach (<anonymous>)\n    at native')).toEqual([])
  expect(parseStack('    at a (http://host/a.js:1:1)\n'.repeat(500))).toHaveLength(40)
})

test('a line that a page has made to look like many places is none', () => {
  const line = `    at ${'x (eval at , '.repeat(3000)}`
  expect(parseStack(`Error\n${line}\n    at open (http://host/a.js:3:7)`)).toEqual([
    { function: 'open', url: 'http://host/a.js', line: 3, column: 7 },
  ])
})
