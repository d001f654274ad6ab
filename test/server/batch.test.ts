import { expect, test } from 'vitest'
import { Batch, createFrame } from '../../src/server/batch.js'
import { emptyBatch, flushSoon } from '../../src/server/tick.js'

test('connections with the same frames share one batch and its bytes', () => {
  const [a, b] = [createFrame('data: a\n\n'), createFrame('data: ü\n\n')]
  const root = new Batch()
  const one = root.append(a).append(b)
  const other = root.append(a).append(b)
  expect(other).toBe(one)
  expect(other.chunk).toBe(one.chunk)
  expect(one.bytes.toString()).toBe('data: a\n\ndata: ü\n\n')
  expect(one.chunk.toString()).toBe('13\r\ndata: a\n\ndata: ü\n\n\r\n')
})

test('connections whose frames differ do not get in each other’s way', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((text) => createFrame(text)) as [
    ReturnType<typeof createFrame>,
    ReturnType<typeof createFrame>,
    ReturnType<typeof createFrame>,
  ]
  const root = new Batch()
  const ab = root.append(a).append(b)
  const cb = root.append(c).append(b)
  expect([ab.text, cb.text, root.append(a).append(c).text]).toEqual(['ab', 'cb', 'ac'])
})

test('a flush comes at the end of the turn, once per request, and no tick’s bytes outlive it', async () => {
  const root = emptyBatch()
  const told: string[] = []
  flushSoon({ prefetch: () => 0, flush: () => told.push('first') })
  flushSoon({ prefetch: () => 0, flush: () => told.push('second') })
  await Promise.resolve()
  expect(told).toEqual([])
  await new Promise((resolve) => setImmediate(resolve))
  expect(told).toEqual(['first', 'second'])
  expect(emptyBatch()).not.toBe(root)
})

test('what flushes need is looked at for many of them before the first, and all are flushed in their order', async () => {
  const told: string[] = []
  const count = 40
  for (let n = 0; n < count; n++) {
    flushSoon({ prefetch: () => told.push('look'), flush: () => told.push(`flush ${n}`) })
  }
  await new Promise((resolve) => setImmediate(resolve))
  expect(told.filter((each) => each !== 'look')).toEqual(Array.from({ length: count }, (_, n) => `flush ${n}`))
  expect(told.filter((each) => each === 'look')).toHaveLength(count)
  expect(told.lastIndexOf('look')).toBeGreaterThan(told.indexOf('flush 0'))
  expect(told.indexOf('flush 0')).toBeGreaterThan(10)
})
