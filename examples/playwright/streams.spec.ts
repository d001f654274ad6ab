import { expect, test } from '@playwright/test'
import { countStreams } from 'sse-coord'

test('the page holds one stream, and src/live.ts opens it', async ({ page }) => {
  const run = await countStreams({ page }) // before the page goes anywhere
  await page.goto('/')

  const { most, perTab } = await run.count()
  expect(most, JSON.stringify(perTab, null, 2)).toBe(1)
  expect(perTab[0]?.[0]?.openedBy?.file).toContain('live')
  await run.close()
})
