import { expect, test } from 'vitest'
import { emptyEvidence, examine } from '../../src/doctor/examine.js'
import { toStreamsPlan } from '../../src/doctor/stream-options.js'
import { serve, steady } from '../support/stream-server.js'

/** The most streams that a server had open at a time, for a host that is or is not this machine. */
async function mostOpen(conditions: { loopback: boolean; allowLoad: boolean }): Promise<number> {
  const stream = steady()
  let most = 0
  await using server = await serve((request, response) => {
    most = Math.max(most, server.open)
    // Nobody has what it came for before all are there.
    setTimeout(stream, 300, request, response)
  })
  const options = { urls: [server.url], for: 1500, pageOrigin: 'https://app.example' }
  const [plan] = toStreamsPlan(options, 8).streams
  if (!plan) throw new Error('there is no plan')
  Object.assign(plan.conditions, conditions)
  const evidence = emptyEvidence(plan)
  await examine({ plan, evidence, signal: new AbortController().signal, onProgress: () => {} })
  expect(evidence).toMatchObject({
    complete: true,
    resume: { sentId: expect.any(String) },
    cors: { get: { status: 200 } },
  })
  expect(evidence.herd === undefined).toBe(!conditions.loopback && !conditions.allowLoad)
  return most
}

test('a host that is not this machine never has more than two connections, and all is looked at all the same', async () => {
  expect(await mostOpen({ loopback: false, allowLoad: false })).toBeLessThanOrEqual(2)
})

test('this machine, and a host that may be loaded, is asked by ten at once', async () => {
  const [own, other] = await Promise.all([
    mostOpen({ loopback: true, allowLoad: false }),
    mostOpen({ loopback: false, allowLoad: true }),
  ])
  expect(own).toBeGreaterThanOrEqual(10)
  expect(other).toBeGreaterThanOrEqual(10)
})
