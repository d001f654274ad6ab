import { expect, test } from 'vitest'
import { runStep } from '../../src/doctor/step.js'
import type { NotDone } from '../../src/evidence/app-evidence.js'
import type { Progress } from '../../src/evidence/progress.js'

async function progressOf(result: { open: number } | NotDone): Promise<Progress[]> {
  const heard: Progress[] = []
  const step = { id: 'a', title: 'a step', plannedMs: 10, run: async () => result }
  await runStep((one) => void heard.push(one), { ...step, outcome: ({ open }: { open: number }) => `${open} open` })
  return heard
}

test('a step begins, and ends with its outcome', async () => {
  expect((await progressOf({ open: 2 })).map(({ state, outcome }) => [state, outcome])).toEqual([
    ['started', undefined],
    ['finished', '2 open'],
  ])
})

test('a step that was not done says why, and that it was not', async () => {
  const [, end] = await progressOf({ notDone: 'skip', reason: 'Firefox cannot' })
  expect(end).toMatchObject({ state: 'finished', outcome: 'Firefox cannot', notDone: 'skip' })
  const [, other] = await progressOf({ notDone: 'unknown', reason: 'it was late' })
  expect(other).toMatchObject({ state: 'finished', outcome: 'it was late', notDone: 'unknown' })
})
