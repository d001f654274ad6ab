/** The protocol against random histories on a simulated clock, lock, channel and server. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { play, scenarios } from './model.js'

const runs = Number(process.env.MODEL_RUNS ?? 300)

test('no history of joins, ends, hangs and drops loses an event, doubles one, or leaves a tab silent', async () => {
  await fc.assert(
    fc.asyncProperty(scenarios, async (scenario) => {
      const { faults } = await play(scenario)
      expect(faults).toEqual([])
    }),
    { numRuns: runs },
  )
}, 600_000)
