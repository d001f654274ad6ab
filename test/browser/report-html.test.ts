import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Page, SerializedAXNode } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findBrowser, type LaunchedBrowser, launchBrowser } from '../../src/browser/index.js'
import type { Report } from '../../src/evidence/report.js'
import { renderHtml } from '../../src/report/html.js'
import { checks, hostile, illustrated, reports } from '../report/fixtures.js'
import { needs } from '../support/needs.js'

const all: Record<string, Report> = { illustrated, hostile, ...checks, ...reports }

describe.runIf(needs('chromium'))('the page in Chromium', () => {
  let browser: LaunchedBrowser
  let folder = ''

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sse-coord-html-'))
    browser = await launchBrowser(await findBrowser({ browser: 'chromium' }))
  })
  afterAll(async () => {
    await browser?.close()
    await rm(folder, { recursive: true, force: true })
  })

  async function open(report: Report, width: number): Promise<{ page: Page; complaints: string[] }> {
    const file = path.join(folder, 'report.html')
    await writeFile(file, renderHtml(report))
    const page = await browser.puppeteer.newPage()
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('request', (request) => {
      if (!/^(file|data):/.test(request.url())) complaints.push(request.url())
    })
    page.on('dialog', (dialog) => complaints.push(dialog.message()))
    await page.setViewport({ width, height: 900 })
    await page.goto(pathToFileURL(file).href)
    return { page, complaints }
  }

  test.each([1280, 390])('nothing runs over at %i px, and the console is empty', async (width) => {
    for (const [name, report] of Object.entries(all)) {
      const { page, complaints } = await open(report, width)
      const over = await page.evaluate((most) => {
        const wide = [...document.querySelectorAll('main *')].filter((element) => {
          const { left, right } = element.getBoundingClientRect()
          return !element.matches('.vh') && (left < -0.5 || right > most + 0.5)
        })
        return {
          page: document.documentElement.scrollWidth,
          wide: wide.map((element) => element.outerHTML.slice(0, 80)),
        }
      }, width)
      expect(over, name).toEqual({ page: width, wide: [] })
      expect(complaints, name).toEqual([])
      await page.close()
    }
  })

  test('bars are as long as their times', async () => {
    const { page } = await open(illustrated, 1280)
    const widths = await page.evaluate(() =>
      ['tab 1, /api/events', 'tab 7, /api/events'].map((name) => {
        const figure = document.querySelector(`svg[aria-label^="${name}"]`)
        const track = figure?.getBoundingClientRect().width ?? 0
        const last = figure?.lastElementChild?.getBoundingClientRect().width ?? 0
        return last / track
      }),
    )
    // Answered at 160 of 3000 ms; asked at 905 of 3000 ms and never answered.
    expect(widths[0]).toBeCloseTo((3000 - 160) / 3000, 1)
    expect(widths[1]).toBeCloseTo((3000 - 905) / 3000, 1)
    await page.close()
  })

  test('the accessibility tree says what the pictures show', async () => {
    const { page } = await open(illustrated, 1280)
    const names = flatten(await page.accessibility.snapshot({ interestingOnly: false }))
    expect(names.filter(({ role }) => role === 'heading').map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Six connections', 'What every tab asked for', 'When the leading tab goes', 'Findings']),
    )
    const images = names.filter(({ role }) => role === 'image' || role === 'img').map(({ name }) => name)
    expect(images).toContain('6 of 6 connections in use, 2 requests waiting')
    expect(images).toContain('tab 7, /api/events?topics=prices,orders,presence,notifications: waits, 2.1 s')
    expect(images).toContain('the leading tab is frozen, plain Web Lock: silent for 5 s')
    expect(images.every((name) => name !== '')).toBe(true)
    await page.close()
  })

  test('the evidence inside is the report', async () => {
    for (const report of [illustrated, hostile]) {
      const { page } = await open(report, 1280)
      const text = await page.evaluate(() => document.querySelector('#report')?.textContent ?? '')
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(report)))
      await page.close()
    }
  })

  test('light and dark differ, and both can be read', async () => {
    const { page } = await open(illustrated, 1280)
    const contrasts: number[] = []
    const papers: string[] = []
    for (const value of ['light', 'dark']) {
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }])
      const seen = await page.evaluate(() => {
        const light = (colour: string) => {
          const [r = 0, g = 0, b = 0] = (colour.match(/[\d.]+/g) ?? []).map((part) => {
            const share = Number(part) / 255
            return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
          })
          return 0.2126 * r + 0.7152 * g + 0.0722 * b
        }
        const behind = (element: Element | null): string => {
          if (!element) return 'rgb(255, 255, 255)'
          const colour = getComputedStyle(element).backgroundColor
          return colour === 'rgba(0, 0, 0, 0)' ? behind(element.parentElement) : colour
        }
        const texts = [...document.querySelectorAll('main *')].filter((element) =>
          [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim()),
        )
        const contrasts = texts.map((element) => {
          const [one, other] = [light(getComputedStyle(element).color), light(behind(element))]
          return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)
        })
        return { least: Math.min(...contrasts), paper: getComputedStyle(document.body).backgroundColor }
      })
      contrasts.push(seen.least)
      papers.push(seen.paper)
    }
    expect(new Set(papers).size).toBe(2)
    for (const least of contrasts) expect(least).toBeGreaterThanOrEqual(4.5)
    await page.close()
  })

  test('on paper the folded findings are there', async () => {
    const { page } = await open(illustrated, 1280)
    const height = () => page.$eval('details', (details) => details.getBoundingClientRect().height)
    const folded = await height()
    await page.emulateMediaType('print')
    expect(await height()).toBeGreaterThan(folded + 50)
    await page.close()
  })
})

function flatten(node: SerializedAXNode | null): { role: string; name: string }[] {
  if (!node) return []
  return [{ role: node.role, name: node.name ?? '' }, ...(node.children ?? []).flatMap(flatten)]
}
