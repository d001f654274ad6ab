/** When a stream is opened again, and when no more; on a clock that stands still. */
import { expect, test } from 'vitest'
import { keepOpen } from '../../src/coordinator/keep-open.js'
import type { Plan } from '../../src/coordinator/plan.js'
import type { StreamListener } from '../../src/coordinator/transport.js'
import type { World } from '../../src/coordinator/world.js'

const url = 'http://host/events'

/** A stream that is kept open, and what becomes of it: `fail` ends the connection and says after what wait the next comes. */
function keep(plan: Partial<Plan>, random = 0) {
  const waits: number[] = []
  const told: string[] = []
  let connects = 0
  let connection: StreamListener | undefined
  let due: (() => void) | undefined
  const world = {
    performance: { now: () => 0 },
    Date: { now: () => 0 },
    Math: { random: () => random },
    setTimeout(callback: () => void, delayMs: number) {
      waits.push(delayMs)
      due = callback
      return 1
    },
    clearTimeout() {},
  } as unknown as World
  const open = (_lastEventId: string, _types: Iterable<string>, listener: StreamListener) => {
    connects++
    connection = listener
    return { close() {} }
  }
  keepOpen(world, { url, retryMs: 1_000, reconnectOnError: true, ...plan }, open)(() => '', [], {
    onOpen() {},
    onEvents() {},
    onState: (state, reason) => told.push(`${state} ${reason}`),
  })
  return {
    waits,
    told,
    connects: () => connects,
    opens: () => connection?.onOpen('http://host', true),
    asksFor: (retryMs: number) => connection?.onRetry(retryMs),
    fail(status = 0, retryAfterMs = 0): number | undefined {
      due = undefined
      connection?.onEnd('it ended', status, retryAfterMs)
      const wait = due && waits.at(-1)
      ;(due as (() => void) | undefined)?.()
      return wait
    },
  }
}

test('waits double with every failure, to 30 s, and begin anew once a connection opens', () => {
  const { fail, opens } = keep({})
  const waits = () => Array.from({ length: 7 }, () => fail())
  expect(waits()).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
  opens()
  expect(waits()).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
})

test('each wait is up to a fifth longer by chance, and never shorter', () => {
  expect(keep({}, 0.999).fail()).toBeCloseTo(1_199.8)
})

test('the reconnection time is 3 s, until the server sets another', () => {
  const { fail, asksFor, opens } = keep({ retryMs: undefined })
  expect(fail()).toBe(3_000)
  opens()
  asksFor(70)
  expect(fail()).toBe(70)
})

test('a reconnection time of 0 comes back at once, and then in the least of waits', () => {
  const { fail, asksFor } = keep({})
  asksFor(0)
  expect([fail(), fail(), fail()]).toEqual([0, 500, 1_000])
})

test('a reconnection time above 30 s is kept to, and one that no timer holds is as long as a timer can be', () => {
  const { fail, asksFor } = keep({})
  asksFor(600_000)
  expect([fail(), fail()]).toEqual([600_000, 600_000])
  asksFor(Number('9'.repeat(400)))
  expect(fail()).toBe(2_000_000_000)
})

test('Retry-After is obeyed where it asks for more', () => {
  const { fail } = keep({})
  expect([fail(503, 90_000), fail(503, 100)]).toEqual([90_000, 2_000])
})

test.each([408, 425, 429, 500, 502, 503, 504, 599, -1])('%i may pass', (status) => {
  const patient = keep({})
  patient.fail(status)
  expect(patient.told).toEqual(['-1 it ended'])
  expect(patient.connects()).toBe(2)
})

test.each([200, 204, 301, 400, 401, 403, 404, 410])('%i ends the stream', (status) => {
  const { fail, told, connects } = keep({})
  fail(status)
  expect(told).toEqual(['2 it ended'])
  expect(connects()).toBe(1)
})

test.each([408, 429, 500, 502, 503, -1])(
  'where it is not asked to come back %i ends the stream, as for a browser',
  (status) => {
    const { fail, told, connects } = keep({ reconnectOnError: false })
    fail(status)
    expect(told).toEqual(['2 it ended'])
    expect(connects()).toBe(1)
  },
)

test('as many attempts in a row may fail as it is told, and none counts once a connection opens', () => {
  const { fail, opens, told, connects } = keep({ maxReconnectAttempts: 2 })
  fail()
  fail()
  opens()
  fail()
  fail()
  expect(told).toEqual(Array(4).fill('-1 it ended'))
  fail()
  expect(told.at(-1)).toBe('2 Max reconnection attempts reached')
  expect(connects()).toBe(5)
})

test('where none may fail the first end is the last, and without a bound there is none', () => {
  const once = keep({ maxReconnectAttempts: 0 })
  once.fail()
  expect(once.told).toEqual(['2 Max reconnection attempts reached'])
  const forever = keep({ maxReconnectAttempts: undefined })
  for (let count = 0; count < 2_000; count++) forever.fail()
  expect(forever.connects()).toBe(2_001)
  expect(Math.max(...forever.waits)).toBe(30_000)
})
