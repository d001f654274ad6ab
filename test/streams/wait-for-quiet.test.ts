import { expect, test } from 'vitest'
import type { StreamObserver } from '../../src/browser/streams/observe-streams.js'
import { waitForQuiet } from '../../src/browser/streams/wait-for-quiet.js'

const { signal } = new AbortController()

/** A tab with one stream, as far as it is looked at. */
const tab = (parts: Partial<StreamObserver>) =>
  ({ streams: () => [{ state: 'open' }], isUndecided: () => false, ...parts }) as unknown as StreamObserver

test('tabs are quiet when no stream has come or gone for so long', async () => {
  const began = performance.now()
  expect(await waitForQuiet(() => [tab({})], { quietMs: 200, settleMs: 5000, signal })).toBe(true)
  expect(performance.now() - began).toBeGreaterThanOrEqual(200)
})

test('a page that asks again and again is quiet all the same', async () => {
  // Something that was asked for this very moment is always there.
  const polls = tab({ isUndecided: (before) => !(performance.now() >= before) })
  expect(await waitForQuiet(() => [polls], { quietMs: 200, settleMs: 5000, signal })).toBe(true)
})

test('what was asked for before is waited for: it may be a stream', async () => {
  const began = performance.now()
  const isYoung = () => performance.now() - began < 600
  expect(await waitForQuiet(() => [tab({ isUndecided: isYoung })], { quietMs: 200, settleMs: 5000, signal })).toBe(true)
  expect(isYoung()).toBe(false)
})

test('streams that come and go are told of after the longest time', async () => {
  let looks = 0
  const restless = tab({ streams: () => Array.from({ length: looks++ % 2 }, () => ({ state: 'open' })) as never })
  expect(await waitForQuiet(() => [restless], { quietMs: 200, settleMs: 500, signal })).toBe(false)
})
