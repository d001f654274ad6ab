/** Remedies for fronts whose effect the doctor itself has to see: it complains without them, and no more with them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { remedies } from '../../src/doctor/remedies/index.js'
import { findingOf } from '../support/examine.js'
import { startApache } from '../support/fronts/apache.js'
import { startCaddy } from '../support/fronts/caddy.js'
import type { Front } from '../support/fronts/front.js'
import { startHaproxy } from '../support/fronts/haproxy.js'
import { startNginx } from '../support/fronts/nginx.js'
import { needs } from '../support/needs.js'
import { type Rhythm, serveRhythm } from '../support/rhythm.js'
import { certify } from '../support/secure-server.js'
import { serve } from '../support/stream-server.js'

let origin: Rhythm
let folder = ''

beforeAll(async () => {
  origin = await serveRhythm()
  folder = await mkdtemp(path.join(tmpdir(), 'sse-coord-test-'))
})

afterAll(async () => {
  await origin[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

const inside = (block: string) => block.slice(block.indexOf('{') + 1, block.lastIndexOf('}'))

const cacheable: { program: string; snippet: string | undefined; start: (remedy: string) => Promise<Front> }[] = [
  {
    program: 'nginx',
    snippet: remedies.nginx.snippets.cacheable,
    start: (location) => startNginx(origin.address, { location: `proxy_buffering off; ${location}` }),
  },
  {
    program: 'haproxy',
    snippet: remedies.haproxy.snippets.cacheable,
    start: (backend) => startHaproxy(origin.address, { defaults: 'option http-no-delay', backend }),
  },
  {
    program: 'apache2',
    snippet: remedies.apache.snippets.cacheable,
    start: (site) => startApache(origin.address, { site }),
  },
  {
    program: 'caddy',
    snippet: remedies.caddy.snippets.cacheable,
    start: (block) => startCaddy(origin.address, { proxy: block && inside(block) }),
  },
]

describe.concurrent.each(cacheable.filter(({ program }) => needs(program)))('$program', ({ snippet, start }) => {
  test('forbids caches to keep what the app allows them to', async () => {
    await using without = await start('')
    await using withIt = await start(snippet ?? '')
    const [faulty, sound] = await Promise.all(
      [without, withIt].map(({ url }) => findingOf('response/cacheable', `${url}/events?cache`)),
    )
    expect(faulty).toMatchObject({ state: 'fail', severity: 'error' })
    expect(sound).toMatchObject({ state: 'pass' })
  })
})

describe('HTTP/2', () => {
  async function certificate(): Promise<{ cert: string; key: string; both: string }> {
    const { cert, key } = await certify()
    const files = {
      cert: path.join(folder, 'cert.pem'),
      key: path.join(folder, 'key.pem'),
      both: path.join(folder, 'both.pem'),
    }
    await Promise.all([
      writeFile(files.cert, cert),
      writeFile(files.key, key),
      writeFile(files.both, `${cert}\n${key}`),
    ])
    return files
  }

  const isOffered = async ({ port }: Front) =>
    (await findingOf('connection/http-version', `https://127.0.0.1:${port}/events`, { insecure: true })).state

  test.runIf(needs('nginx'))('is offered by nginx with one word more', async () => {
    const { cert, key } = await certificate()
    const http = `ssl_certificate ${cert}; ssl_certificate_key ${key};`
    const words = /listen 443 ([^;]+);/.exec(remedies.nginx.snippets['http-version'] ?? '')?.[1] ?? ''
    await using without = await startNginx(origin.address, { http, listen: 'ssl', location: 'proxy_buffering off;' })
    await using withIt = await startNginx(origin.address, { http, listen: words, location: 'proxy_buffering off;' })
    expect([await isOffered(without), await isOffered(withIt)]).toEqual(['fail', 'pass'])
  })

  test.runIf(needs('nginx'))('is broken by nginx with a connection header of its own, and whole without', async () => {
    const { cert, key } = await certificate()
    const http = `ssl_certificate ${cert}; ssl_certificate_key ${key};`
    const findings = []
    for (const more of ['add_header Connection keep-alive;', '']) {
      await using front = await startNginx(origin.address, {
        http,
        listen: 'ssl http2',
        location: `proxy_buffering off; ${more}`,
      })
      const url = `https://127.0.0.1:${front.port}/events`
      findings.push(await findingOf('h2/connection-header', url, { insecure: true }))
    }
    expect(findings).toMatchObject([{ state: 'fail', fixes: [{ stack: 'nginx' }] }, { state: 'pass' }])
  })

  test.runIf(needs('haproxy'))('is offered by HAProxy with its ALPN', async () => {
    const { both } = await certificate()
    const words = /bind :443 (.+)/.exec(remedies.haproxy.snippets['http-version'] ?? '')?.[1] ?? ''
    const start = (bind: string) => startHaproxy(origin.address, { bind, defaults: 'option http-no-delay' })
    await using without = await start(`ssl crt ${both}`)
    await using withIt = await start(words.replace('cert.pem', both))
    expect([await isOffered(without), await isOffered(withIt)]).toEqual(['fail', 'pass'])
  })
})

test.runIf(needs('nginx'))(
  'nginx, told to ignore that clients leave, keeps a quiet stream; and then no more',
  async () => {
    let open = 0
    await using app = await serve((request, response) => {
      if (request.url === '/metrics') {
        response.end(`streams ${open}\n`)
        return
      }
      open++
      response.once('close', () => open--)
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
    })
    const options = { origin: app.origin, metrics: { url: `${app.origin}/metrics`, metric: 'streams' } }
    const states = []
    const cure = remedies.nginx.snippets['abort-not-forwarded']
    for (const location of ['proxy_ignore_client_abort on;', cure]) {
      await using front = await startNginx(app.origin, { location: `proxy_buffering off;\n${location}` })
      const { state, fixes } = await findingOf('proxy/abort-not-forwarded', `${front.url}/events`, options)
      states.push(state)
      if (state === 'fail') expect(fixes[0]).toEqual({ stack: 'nginx', snippet: cure })
    }
    expect(states).toEqual(['fail', 'pass'])
  },
  30_000,
)
