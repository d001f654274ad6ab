import { expect, test } from 'vitest'
import { createSlots } from '../../src/probe/slots.js'

test('no more than so many run at a time, in the order of asking, and a failure frees its place', async () => {
  const slots = createSlots(2)
  const order: number[] = []
  let running = 0
  let most = 0
  const work = (number: number) =>
    slots.run(async () => {
      running++
      most = Math.max(most, running)
      await new Promise((resolve) => setTimeout(resolve, 5))
      running--
      order.push(number)
      if (number === 2) throw new Error('two')
    })
  await Promise.allSettled([1, 2, 3, 4, 5].map(work))
  expect(most).toBe(2)
  expect(order).toEqual([1, 2, 3, 4, 5])
})
