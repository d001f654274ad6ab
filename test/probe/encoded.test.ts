import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { lookEncoded } from '../../src/probe/encoded.js'
import type { WatchLog } from '../../src/probe/watch.js'

test('a look that fails leaves nobody waiting for events', async () => {
  let asked = 0
  const plain = {
    get eventCount() {
      asked++
      return 0
    },
  } as WatchLog
  const looking = lookEncoded(
    {
      request: { url: new URL('http://127.0.0.1:1/'), method: 'NO METHOD' },
      startedAt: performance.now(),
      watchMs: 1000,
      signal: new AbortController().signal,
      connected: (run) => run(),
    },
    plain,
  )
  await expect(looking).rejects.toMatchObject({ code: 'bad-option' })
  await wait(200)
  const before = asked
  await wait(200)
  expect(asked).toBe(before)
})
