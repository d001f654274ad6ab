import { expect, test } from 'vitest'
import type { HandoverTrial } from '../../src/evidence/app-evidence.js'
import { summariseHandovers } from '../../src/evidence/handovers.js'

const page = 'http://localhost:3000/'
const trial = (values: Partial<HandoverTrial>): HandoverTrial => ({
  event: 'close',
  recoveryMs: 20,
  waitMs: 10_000,
  lost: 0,
  ...values,
})

test('each ending has its median, its slowest run and its worst loss', () => {
  const trials = [
    trial({ recoveryMs: 20 }),
    trial({ event: 'crash', recoveryMs: 70, lost: null }),
    trial({ recoveryMs: 500, lost: 2 }),
    trial({ recoveryMs: 30 }),
  ]
  expect(summariseHandovers(page, trials)).toEqual([
    { page, event: 'close', runs: 3, timedOut: 0, waitMs: 10_000, medianMs: 30, maxMs: 500, lost: 2 },
    { page, event: 'crash', runs: 1, timedOut: 0, waitMs: 10_000, medianMs: 70, maxMs: 70, lost: null },
  ])
})

test('who never came counts as slower than all others', () => {
  const late = trial({ recoveryMs: null })
  expect(summariseHandovers(page, [late, trial({}), trial({})])).toMatchObject([{ timedOut: 1, medianMs: 20 }])
  expect(summariseHandovers(page, [late, late, trial({})])).toMatchObject([{ timedOut: 2, medianMs: null, maxMs: 20 }])
})
