/** The protocol against random histories on a simulated clock, lock, channel and server. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { play, scenarios } from './model.js'

// `MODEL_RUNS=10000` for a long look; the seed of a failure is printed with the history that shows it.
const numRuns = Number(process.env.MODEL_RUNS ?? 1_000)
const timeoutMs = 60_000 + 20 * numRuns

test.each([
  ['with locks', 'lock'],
  ['without locks', 'question'],
  ['in the smallest form', 'native'],
] as const)(
  '%s no history of joins, ends, hangs and drops loses an event, doubles one, or leaves a tab silent',
  async (_where, way) => {
    await fc.assert(
      fc.asyncProperty(scenarios, async (scenario) => {
        const { faults } = await play(scenario, way)
        expect(faults).toEqual([])
      }),
      { numRuns },
    )
  },
  timeoutMs,
)
