/**
 * What the doctor tells people to paste, pasted: each snippet against the real server, once without it, where the trouble
 * shows, and once with it, where it is gone.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { remedies } from '../../src/doctor/remedies/index.js'
import { type FastCgi, serveFastCgi } from '../support/fastcgi.js'
import { startApache } from '../support/fronts/apache.js'
import { startCaddy } from '../support/fronts/caddy.js'
import type { Front } from '../support/fronts/front.js'
import { startHaproxy } from '../support/fronts/haproxy.js'
import { startNginx } from '../support/fronts/nginx.js'
import { startVarnish } from '../support/fronts/varnish.js'
import { needs } from '../support/needs.js'
import {
  expectFlow,
  expectNoDelay,
  type Look,
  look,
  type Rhythm,
  rhythmMs,
  serveRhythm,
  upperQuartile,
} from '../support/rhythm.js'

let origin: Rhythm
let fastCgi: FastCgi
let address = ''

beforeAll(async () => {
  origin = await serveRhythm()
  fastCgi = await serveFastCgi(rhythmMs)
  address = origin.address
})

afterAll(async () => {
  await origin[Symbol.asyncDispose]()
  await fastCgi[Symbol.asyncDispose]()
})

/** The part of a snippet that goes into the server's own file, without what is meant for the app. */
const forTheFront = (snippet: string | undefined) => snippet?.split(/^# (?:or|and)/m)[0] ?? ''

/** The part that stands behind “or”. */
const alternative = (snippet: string | undefined) => snippet?.split(/^# or.*$/m)[1]

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
/** FastCGI brings headers and the first event together. */
const isHeldByFastCgi = ({ delays }: Look) => expect(delays).toEqual([])

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
    name: 'Varnish, told to compress before that, holds events',
    program: 'varnishd',
    start: (vcl) =>
      startVarnish(address, {
        vcl: `sub vcl_backend_response { set beresp.do_gzip = true; }\n${vcl && alternative(remedies.varnish.snippets.compressed)}`,
      }),
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
  {
    name: 'Apache before FastCGI holds events and headers',
    program: 'apache2',
    start: (proxyPass) =>
      startApache(address, { site: toFastCgi(proxyPass || 'ProxyPass /events fcgi://127.0.0.1:9000/') }),
    snippet: remedies.apache.snippets.buffered,
    shows: isHeldByFastCgi,
  },
  {
    name: 'Caddy, told to buffer, holds events and headers',
    program: 'caddy',
    start: (block) => startCaddy(address, { proxy: block ? inside(block) : 'buffer_responses' }),
    snippet: remedies.caddy.snippets.buffered,
    shows: isHeld,
  },
  {
    name: 'Varnish, told to wait a second between bytes, cuts a quiet stream',
    program: 'varnishd',
    start: (block) => startVarnish(address, { backend: block ? inside(block) : '.between_bytes_timeout = 1s;' }),
    snippet: remedies.varnish.snippets.cut,
    path: '/events?quiet',
    shows: isCut,
  },
  ...behind('nginx', 'nginx', remedies.nginx.snippets.compressed, (location) =>
    startNginx(address, { location: location || 'proxy_buffering off;' }),
  ),
  ...behind('HAProxy', 'haproxy', remedies.haproxy.snippets.compressed, (backend) =>
    startHaproxy(address, { defaults: 'option http-no-delay', backend }),
  ),
  ...behind('Apache', 'apache2', remedies.apache.snippets.compressed, (site) => startApache(address, { site })),
  ...behind('Caddy', 'caddy', remedies.caddy.snippets.compressed, (block) =>
    startCaddy(address, { proxy: block && inside(block) }),
  ),
  ...behind('Varnish', 'varnishd', remedies.varnish.snippets.compressed, (vcl) => startVarnish(address, { vcl })),
]

/** An app that compresses and does not flush, behind a front that can keep it from doing so. */
function behind(stack: string, program: string, snippet: string | undefined, start: Case['start']): Case[] {
  const name = `behind ${stack} the compression of Express holds events`
  return [{ name, program, start, snippet, path: '/events?compressed', encoded: true, shows: isHeld }]
}

/** The snippet names an app at port 3000. */
const toApache = (snippet: string) => snippet.replaceAll('http://127.0.0.1:3000', address)

const toFastCgi = (snippet: string) => snippet.replaceAll('fcgi://127.0.0.1:9000', fastCgi.url)

/** What stands between the outer braces. */
function inside(block: string): string {
  return block.slice(block.indexOf('{') + 1, block.lastIndexOf('}'))
}

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
    if (shows === isHeldByFastCgi) expectNoDelay(seen.delays)
    else if (shows === isCut) expect(seen).toMatchObject({ ended: false, delays: [expect.any(Number)] })
    else expectFlow(seen)
  })
})

test('the origin itself is healthy', async () => expectFlow(await look(`${address}/events`)))

test.runIf(needs('nginx'))('nginx follows the header that the app may send instead', async () => {
  expect(remedies.nginx.snippets.buffered).toContain('X-Accel-Buffering: no')
  await using front = await startNginx(address)
  expectFlow(await look(`${front.url}/events?accel`))
})

test.runIf(needs('varnishd'))(
  'Varnish replays what it may store to whoever comes later, and through a pipe no more',
  async () => {
    const secondClientOf = async (vcl: string): Promise<Look> => {
      await using front = await startVarnish(address, { vcl })
      const first = look(`${front.url}/events?cache`, { forMs: 2500 })
      await sleep(1200)
      const second = await look(`${front.url}/events?cache`)
      await first
      return second
    }
    const [replayed, piped] = await Promise.all([
      secondClientOf(''),
      secondClientOf(remedies.varnish.snippets.cacheable ?? ''),
    ])
    expect(Math.max(...replayed.delays)).toBeGreaterThan(500)
    expectFlow(piped)
  },
)
