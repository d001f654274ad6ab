// A server with a page and a stream, and tabs of a real Chromium that share it in one contender's way.
import { once } from 'node:events'
import http from 'node:http'
import puppeteer from 'puppeteer-core'
import { scriptOf } from './contenders.mjs'

export const now = () => performance.timeOrigin + performance.now()
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

export function option(name, fallback) {
  const index = process.argv.indexOf(`--${name}`)
  return index < 0 ? fallback : process.argv[index + 1]
}

export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] : Number.NaN
}

/**
 * Opens tabs that share `/events`. Each event's data is `connection id sentAt`, where `connection` counts the streams
 * that the server has answered: an event of a later one came over a new stream.
 */
export async function openLab(contender, { tabs, everyMs }) {
  const script = await scriptOf(contender)
  const history = []
  const streams = new Map()
  let connections = 0
  let lastId = 0
  const encode = (connection, { id, text, at }) => `id: ${id}\ndata: ${connection} ${id} ${at} ${text}\n\n`

  /** Sends so many events in one write. */
  function send(text = '', count = 1) {
    const events = Array.from({ length: count }, () => ({ id: ++lastId, text, at: now() }))
    history.push(...events)
    if (history.length > 100_000) history.splice(0, 50_000)
    for (const [response, connection] of streams)
      response.write(events.map((event) => encode(connection, event)).join(''))
  }

  const server = http.createServer((request, response) => {
    if (request.url === '/share.js') response.setHeader('content-type', 'text/javascript').end(script)
    else if (request.url.startsWith('/events')) {
      const connection = ++connections
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
      response.write('retry: 200\n\n')
      const after = request.headers['last-event-id'] ?? new URL(request.url, url).searchParams.get('after')
      if (after) for (const event of history) if (event.id > Number(after)) response.write(encode(connection, event))
      streams.set(response, connection)
      response.on('close', () => streams.delete(response))
    } else {
      const body = request.url === '/page' ? '<script src="/share.js"></script>' : 'elsewhere'
      response.setHeader('content-type', 'text/html').end(`<!doctype html>${body}`)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${server.address().port}`
  const timer = everyMs && setInterval(() => send(), everyMs)

  const browser = await puppeteer.launch({
    executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-dev-shm-usage', '--no-first-run'],
    ignoreDefaultArgs: [
      '--disable-background-timer-throttling',
      '--disable-renderer-backgrounding',
      '--disable-backgrounding-occluded-windows',
    ],
  })

  async function openTab() {
    const page = await browser.newPage()
    await page.goto(`${url}/page`)
    await page.evaluate(() => {
      // The app does as little as it can with an event: what is measured is the way it came.
      const heard = []
      globalThis.share((data) => heard.push(data, performance.now()))
      globalThis.heard = heard
      globalThis.seen = () => {
        const seen = []
        for (let index = 0; index < heard.length; index += 2) {
          const [connection, id, sentAt] = heard[index].split(' ', 3).map(Number)
          seen.push([connection, id, sentAt, performance.timeOrigin + heard[index + 1]])
        }
        return seen
      }
    })
    return page
  }

  const pages = []
  for (let count = 0; count < tabs; count++) pages.push(await openTab())
  return {
    url,
    pages,
    send,
    connections: () => connections,
    lastId: () => lastId,
    async close() {
      clearInterval(timer)
      await browser.close()
      server.closeAllConnections()
      server.close()
    },
  }
}

export async function until(condition, ms) {
  const end = now() + ms
  while (now() < end) {
    if (await condition()) return true
    await pause(5)
  }
  return false
}
