import type { Page } from 'puppeteer-core'
import { expect, expectTypeOf, test } from 'vitest'
import { defineConfig, type SetupPage } from '../../src/index.js'

test('a page of Puppeteer is what a set-up is promised, and a set-up may ask for all of it', () => {
  expectTypeOf<Page>().toExtend<SetupPage>()
  const setup = async (page: Page) => void (await page.screenshot())
  expect(defineConfig({ pages: [{ url: '/', setup }] }).pages).toEqual([{ url: '/', setup }])
})
