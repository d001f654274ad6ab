import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { watchOwnClock } from '../../src/probe/own-clock.js'

test('a clock that nobody holds up is late by little, and one that is held up by what holds it', async () => {
  const clock = watchOwnClock()
  expect(clock.quartileLateMs).toBe(0)
  for (let turn = 0; turn < 8; turn++) {
    const until = performance.now() + 150
    while (performance.now() < until);
    await sleep(1)
  }
  clock.close()
  expect(clock.quartileLateMs).toBeGreaterThan(100)
})
