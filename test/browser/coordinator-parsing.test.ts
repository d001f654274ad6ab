/** Any stream, cut anywhere: SharedEventSource reads what the browser's own EventSource reads. */
import { once } from 'node:events'
import http from 'node:http'
import fc from 'fast-check'
import type { Browser, Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundle } from '../coordinator/stream-server.js'
import { needs } from '../support/needs.js'
import { launchChromium } from './coordinator-tabs.js'

const numRuns = Number(process.env.PARSING_RUNS ?? 150)

/** Closes whatever a random stream leaves open, and says that it is over. */
const end = Buffer.from('\n\nevent: end\ndata\n\n')

const bytes = (text: string) => [...Buffer.from(text)]
const word = fc.oneof(
  fc.constantFrom('a', 'b', 'message', '', ' x', 'ü☂', '\0'),
  fc.string({ unit: 'binary', maxLength: 6 }),
)
const line = fc.oneof(
  fc
    .tuple(fc.constantFrom('data', 'event', 'id', 'other', '', 'Data'), fc.constantFrom(':', ': ', ':  ', ''), word)
    .map((parts) => bytes(parts.join(''))),
  fc.constantFrom('', 'data', 'id', 'event', ': comment', '\uFEFF').map(bytes),
  fc.uint8Array({ maxLength: 8 }).map((some) => [...some]),
)
const lineEnd = fc.constantFrom('\n', '\r', '\r\n', '\n\n', '\r\r', '\r\n\r\n', '\n\r').map(bytes)
/** Bytes without the reconnection time, which only shows in time; and where they are cut. */
const stream = fc.record({
  bytes: fc.array(fc.tuple(line, lineEnd), { maxLength: 12 }).map((lines) => Buffer.from(lines.flat(2))),
  cuts: fc.array(fc.nat(), { maxLength: 5 }),
  hasMark: fc.boolean(),
})

describe.runIf(needs('chromium'))('beside EventSource', () => {
  let browser: Browser
  let page: Page
  let server: http.Server
  let chunks: Buffer[] = []

  beforeAll(async () => {
    browser = await launchChromium()
    const script = await bundle('global')
    server = http.createServer(async (request, response) => {
      if (!request.url?.startsWith('/stream')) {
        const tag = `<script data-replace="off">${script.replaceAll('</', '<\\/')}</script>`
        response.setHeader('content-type', 'text/html; charset=utf-8').end(`<!doctype html>${tag}`)
        return
      }
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      response.socket?.setNoDelay(true)
      for (const chunk of [...chunks, end]) {
        response.write(chunk)
        // Each in a packet of its own.
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/page`)
  })
  afterAll(async () => {
    await browser?.close()
    server?.closeAllConnections()
    server?.close()
  })

  /** Reads the stream with both classes at once. */
  const readBoth = (): Promise<[native: string[], shared: string[]]> =>
    page.evaluate(() => {
      const { SharedEventSource } = globalThis as unknown as {
        SharedEventSource: new (url: string, init?: object) => EventSource
      }
      const read = (source: EventSource) =>
        new Promise<string[]>((resolve) => {
          const events: string[] = []
          const note = ({ type, data, lastEventId }: MessageEvent) => {
            events.push(JSON.stringify([type, data, lastEventId]))
            if (type !== 'end') return
            source.close()
            resolve(events)
          }
          for (const type of ['message', 'a', 'b', ' x', 'ü☂', 'end']) source.addEventListener(type, note)
        })
      const url = `/stream?${Math.random()}`
      return Promise.all([
        read(new EventSource(`${url}&native`)),
        read(new SharedEventSource(`${url}&shared`, { strategy: 'standalone' })),
      ])
    })

  test(`${numRuns} random streams, cut at random, are read as EventSource reads them`, async () => {
    let events = 0
    await fc.assert(
      fc.asyncProperty(stream, async ({ bytes, cuts, hasMark }) => {
        // Chromium takes a line end right behind the byte order mark for part of the line; the standard does not.
        const whole = Buffer.concat([Buffer.from(hasMark ? '\uFEFF' : ''), bytes])
        fc.pre(!/^\uFEFF[\r\n]/.test(whole.toString('utf8')))
        const places = [...new Set(cuts.map((cut) => cut % (whole.length + 1)))].sort((one, other) => one - other)
        chunks = [...places, whole.length].map((place, index) => whole.subarray(places[index - 1] ?? 0, place))
        chunks = chunks.filter(({ length }) => length > 0)
        const [native, shared] = await readBoth()
        expect(shared).toEqual(native)
        events += native.length - 1
      }),
      { numRuns },
    )
    expect(events).toBeGreaterThan(numRuns / 10)
  })
})
