/**
 * What the doctor tells people to paste, pasted: each snippet against the real server, once without it, where the trouble
 * shows, and once with it, where it is gone.
 */
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { remedies } from '../../src/doctor/remedies/index.js'
import { startApache } from '../support/fronts/apache.js'
import { startCaddy } from '../support/fronts/caddy.js'
import type { Front } from '../support/fronts/front.js'
import { startHaproxy } from '../support/fronts/haproxy.js'
import { startNginx } from '../support/fronts/nginx.js'
import { startVarnish } from '../support/fronts/varnish.js'
import { needs } from '../support/needs.js'

const rhythmMs = 150

interface Look {
  /** From the headers to the first event: next to nothing where the headers waited for it. */
  aheadMs: number | null
  /** How late each event came. */
  delays: number[]
  ended: boolean
}

/** A stream of an event every 150 ms; `?quiet` sends one and then nothing. */
const origin = http.createServer((request, response) => {
  const accel = request.url?.includes('accel') ? { 'X-Accel-Buffering': 'no' } : {}
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache', ...accel })
  response.flushHeaders()
  const send = () => void response.write(`data: ${Date.now()}\n\n`)
  const timer = request.url?.includes('quiet') ? setTimeout(send, 10) : setInterval(send, rhythmMs)
  response.on('close', () => clearInterval(timer))
})
let address = ''

beforeAll(async () => {
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`
})

afterAll(() => {
  origin.closeAllConnections()
  origin.close()
})

/** Reads for a while and leaves. */
function look(url: string, { encoded = false, forMs = 1300 } = {}): Promise<Look> {
  return new Promise((resolve) => {
    let headersMs = 0
    const seen: Look = { aheadMs: null, delays: [], ended: false }
    const headers = { 'accept-encoding': encoded ? 'gzip, deflate, br' : 'identity' }
    const request = http.get(url, { headers, agent: false }, (response) => {
      headersMs = performance.now()
      response.on('data', (bytes: Buffer) => {
        seen.aheadMs ??= performance.now() - headersMs
        for (const [, sent] of String(bytes).matchAll(/data: (\d+)/g)) seen.delays.push(Date.now() - Number(sent))
      })
      response.on('close', () => {
        seen.ended = true
      })
      response.on('error', () => {})
    })
    request.on('error', () => {})
    setTimeout(() => {
      resolve({ ...seen })
      request.destroy()
    }, forMs)
  })
}

/** Events within half a beat, the odd one on a busy machine excepted, and the headers ahead of the first. */
function expectFlow({ aheadMs, delays }: Look): void {
  expect(aheadMs).toBeGreaterThan(rhythmMs / 3)
  expect(delays.length).toBeGreaterThanOrEqual(5)
  expect(upperQuartile(delays)).toBeLessThan(rhythmMs / 2)
}

function upperQuartile(delays: number[]): number {
  return delays.toSorted((one, other) => one - other)[Math.floor(delays.length * 0.75)] ?? Number.NaN
}

/** The part of a snippet that goes into the server's own file, without what is meant for the app. */
const forTheFront = (snippet: string | undefined) => snippet?.split(/^# or/m)[0] ?? ''

interface Case {
  name: string
  program: string
  start: (remedy: string) => Promise<Front>
  /** As the report prints it. */
  snippet: string | undefined
  path?: string
  encoded?: boolean
  shows: (seen: Look) => void
}

const isHeld = ({ delays }: Look) => expect(delays).toEqual([])
const isLate = ({ delays }: Look) => expect(upperQuartile(delays)).toBeGreaterThan(rhythmMs / 2)
const hasLateHeaders = ({ aheadMs }: Look) => expect(aheadMs).toBeLessThan(rhythmMs / 3)
const isCut = ({ ended }: Look) => expect(ended).toBe(true)

const cases: Case[] = [
  {
    name: 'nginx holds events and headers',
    program: 'nginx',
    start: (location) => startNginx(address, { location }),
    snippet: remedies.nginx.snippets.buffered,
    shows: isHeld,
  },
  {
    name: 'HAProxy delays every second event',
    program: 'haproxy',
    start: (defaults) => startHaproxy(address, { defaults }),
    snippet: remedies.haproxy.snippets.delayed,
    shows: isLate,
  },
  {
    name: 'Varnish, told to fetch the whole, holds events',
    program: 'varnishd',
    start: (pipe) =>
      startVarnish(address, { vcl: `${pipe}\nsub vcl_backend_response { set beresp.do_stream = false; }` }),
    snippet: remedies.varnish.snippets.buffered,
    shows: isHeld,
  },
  {
    name: 'Varnish, told to compress, holds events',
    program: 'varnishd',
    start: (pipe) => startVarnish(address, { vcl: `${pipe}\nsub vcl_backend_response { set beresp.do_gzip = true; }` }),
    snippet: remedies.varnish.snippets.compressed,
    encoded: true,
    shows: isHeld,
  },
  {
    name: 'Caddy, told to encode, holds the headers until the first event',
    program: 'caddy',
    start: (encode) => startCaddy(address, { site: encode || 'encode gzip zstd' }),
    snippet: remedies.caddy.snippets['late-headers'],
    encoded: true,
    shows: hasLateHeaders,
  },
  {
    name: 'nginx cuts a quiet stream',
    program: 'nginx',
    start: (location) => startNginx(address, { location: location || 'proxy_buffering off; proxy_read_timeout 1s;' }),
    snippet: remedies.nginx.snippets.cut,
    path: '/events?quiet',
    shows: isCut,
  },
  {
    name: 'HAProxy cuts a quiet stream',
    program: 'haproxy',
    start: (backend) => startHaproxy(address, { defaults: 'option http-no-delay\ntimeout server 1s', backend }),
    snippet: remedies.haproxy.snippets.cut,
    path: '/events?quiet',
    shows: isCut,
  },
  {
    name: 'Apache cuts a quiet stream',
    program: 'apache2',
    start: (proxyPass) => startApache(address, { site: `ProxyTimeout 1\n${toApache(proxyPass)}` }),
    snippet: remedies.apache.snippets.cut,
    path: '/events?quiet',
    shows: isCut,
  },
  {
    name: 'Caddy, told to wait a second, cuts a quiet stream',
    program: 'caddy',
    start: (block) => startCaddy(address, { proxy: block ? inside(block) : 'transport http {\n read_timeout 1s\n}' }),
    snippet: remedies.caddy.snippets.cut,
    path: '/events?quiet',
    shows: isCut,
  },
]

/** The snippet names an app at port 3000. */
const toApache = (snippet: string) => snippet.replaceAll('http://127.0.0.1:3000', address)

/** What stands between the outer braces. */
const inside = (block: string) => block.slice(block.indexOf('{') + 1, block.lastIndexOf('}'))

describe.concurrent.each(cases.filter(({ program }) => needs(program)))('$name', (one) => {
  const { start, snippet, path = '/events', encoded = false, shows } = one
  const forMs = path.includes('quiet') ? 2500 : 1300

  test('without the remedy', async () => {
    await using front = await start('')
    shows(await look(`${front.url}${path}`, { encoded, forMs }))
  })

  test('and with it no more', async () => {
    await using front = await start(forTheFront(snippet))
    const seen = await look(`${front.url}${path}`, { encoded, forMs })
    if (shows === isCut) expect(seen).toMatchObject({ ended: false, delays: [expect.any(Number)] })
    else expectFlow(seen)
  })
})

test('the origin itself is healthy', async () => expectFlow(await look(`${address}/events`)))

test.runIf(needs('nginx'))('nginx follows the header that the app may send instead', async () => {
  expect(remedies.nginx.snippets.buffered).toContain('X-Accel-Buffering: no')
  await using front = await startNginx(address)
  expectFlow(await look(`${front.url}/events?accel`))
})
