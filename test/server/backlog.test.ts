import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createConflatingBacklog, createDroppingBacklog } from '../../src/server/backlog.js'
import { createFrame } from '../../src/server/batch.js'

test('a dropping backlog keeps the newest frames that fit, in order, and counts the rest', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 30 }), { maxLength: 200 }), fc.nat(100), (texts, maxBytes) => {
      const backlog = createDroppingBacklog(maxBytes)
      let dropped = 0
      for (const text of texts) {
        dropped += backlog.add(createFrame(text))
        expect(backlog.byteLength).toBeLessThanOrEqual(maxBytes)
      }
      const kept = backlog.take().map(({ text }) => text)
      expect(kept.length + dropped).toBe(texts.length)
      const fitting = texts.filter((text) => Buffer.byteLength(text) <= maxBytes)
      expect(kept).toEqual(fitting.slice(fitting.length - kept.length))
      expect([backlog.byteLength, backlog.take()]).toEqual([0, []])
    }),
  )
})

test('a conflating backlog keeps the newest frame of each key, and every frame without one', () => {
  const backlog = createConflatingBacklog()
  const dropped = [
    createFrame('a1', 'a'),
    createFrame('b1', 'b'),
    createFrame('comment'),
    createFrame('a2', 'a'),
    createFrame('comment'),
    createFrame('b2', 'b'),
    createFrame('a3', 'a'),
  ].map((frame) => backlog.add(frame))
  expect(dropped).toEqual([0, 0, 0, 1, 0, 1, 1])
  expect(backlog.byteLength).toBe(18)
  expect(backlog.take().map(({ text }) => text)).toEqual(['comment', 'comment', 'b2', 'a3'])
  expect([backlog.byteLength, backlog.take()]).toEqual([0, []])
})
