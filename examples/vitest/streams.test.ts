import { countStreams } from 'sse-coord'
import { expect, test } from 'vitest'

const { APP_URL = 'http://localhost:3000/' } = process.env

test('two tabs hold one stream each, and none waits', { timeout: 60_000 }, async () => {
  // Opens a browser of its own; the end of the test closes it.
  await using run = await countStreams({ url: APP_URL, tabs: 2 })
  const { perTab, firstStalledTab } = await run.count()
  expect(perTab.map((streams) => streams.length)).toEqual([1, 1])
  expect(firstStalledTab).toBeNull()
})
