import { expect, test } from 'vitest'
import { responseCacheable } from '../../../src/doctor/checks/response-cacheable.js'
import { findingsOf } from '../../support/examine.js'
import { judgeWith } from '../../support/stream-evidence.js'
import { steady } from '../../support/stream-server.js'

test('permission to store fails, and none passes', async () => {
  const { faulty, sound } = await findingsOf('response/cacheable', {
    faulty: steady({ headers: { 'cache-control': 'public, max-age=60' } }),
    sound: steady(),
  })
  expect(faulty).toMatchObject({ state: 'fail', severity: 'error', measured: 'Cache-Control: public, max-age=60' })
  expect(sound).toMatchObject({ state: 'pass' })
})

test.each([
  [[['cache-control', 'no-store, no-transform']], 'pass', undefined],
  [[['cache-control', 'no-cache']], 'fail', 'info'],
  [[], 'fail', 'info'],
  [[['cache-control', 'max-age=0']], 'fail', 'info'],
  [[['cache-control', 'no-cache, max-age=60, no-transform']], 'pass', undefined],
  [
    [
      ['cache-control', 'no-cache, no-transform'],
      ['x-cache', 'HIT from edge'],
    ],
    'fail',
    undefined,
  ],
  [
    [
      ['cache-control', 'no-cache, no-transform'],
      ['cf-cache-status', 'DYNAMIC'],
    ],
    'pass',
    undefined,
  ],
  [
    [
      ['cache-control', 'no-cache, no-transform'],
      ['age', '12'],
    ],
    'fail',
    undefined,
  ],
] as [[string, string][], string, string | undefined][])('%j comes to %s', (headers, state, severity) => {
  const verdict = judgeWith(responseCacheable, 'pass', { headers: [['content-type', 'text/event-stream'], ...headers] })
  expect(verdict.state).toBe(state)
  if (verdict.state === 'fail') expect(verdict.severity).toBe(severity)
})
