import { afterEach, describe, expect, test, vi } from 'vitest'

const hour = 3_600_000

/** The clock as it is in a process that has just started, and the machine's own clocks to move. */
async function start(): Promise<{ epochNow(): number; passes(ms: number): void; sleeps(ms: number): void }> {
  let wall = Date.now()
  let running = performance.now()
  const ahead = wall - performance.timeOrigin - running
  vi.spyOn(Date, 'now').mockImplementation(() => wall - ahead)
  vi.spyOn(performance, 'now').mockImplementation(() => running)
  vi.resetModules()
  const { epochNow } = await import('../../src/proxy/clock.js')
  return {
    epochNow,
    passes(ms) {
      wall += ms
      running += ms
    },
    sleeps(ms) {
      wall += ms
    },
  }
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('the clock of the proxy', () => {
  test('is that of the wall', async () => {
    const { epochNow, passes } = await start()
    expect(epochNow()).toBeCloseTo(Date.now(), 0)
    passes(250.25)
    expect(epochNow()).toBeCloseTo(Date.now(), 0)
  })

  test('catches up on the time in which the machine slept', async () => {
    const { epochNow, passes, sleeps } = await start()
    const before = epochNow()
    sleeps(8 * hour)
    passes(1001) // a second may come out as a hair less
    expect(epochNow() - before).toBeCloseTo(8 * hour + 1001, 3)
    passes(5000)
    expect(epochNow() - before).toBeCloseTo(8 * hour + 6001, 3)
  })

  test('stays steady when the clock of the wall is set a little, or back', async () => {
    const { epochNow, passes, sleeps } = await start()
    const before = epochNow()
    sleeps(400)
    passes(2000)
    expect(epochNow() - before).toBeCloseTo(2000, 3)
    sleeps(-hour)
    passes(2000)
    expect(epochNow() - before).toBeCloseTo(4000, 3)
  })
})
