// node --test examples/puppeteer/streams.test.mjs
import assert from 'node:assert/strict'
import { test } from 'node:test'
import puppeteer from 'puppeteer-core'
import { countStreams } from 'sse-coord'

const { APP_URL = 'http://localhost:3000/', CHROMIUM_PATH, CHROMIUM_ARGS } = process.env

test('a view that is left closes its stream', async () => {
  const browser = await puppeteer.launch({
    ...(CHROMIUM_PATH === undefined ? { channel: 'chrome' } : { executablePath: CHROMIUM_PATH }),
    args: CHROMIUM_ARGS?.split(' ') ?? [],
  })
  try {
    const page = await browser.newPage()
    const run = await countStreams({ page }) // before the page goes anywhere
    await page.goto(APP_URL)
    const before = await run.count()
    await page.reload()
    const after = await run.count()
    assert.equal(after.most, before.most, JSON.stringify(after.perTab, null, 2))
    await run.close()
  } finally {
    await browser.close()
  }
})
