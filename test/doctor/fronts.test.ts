/** The doctor through real servers: what it says of nginx and its like as they come, and what it is silent about. */
import { createServer as createViteServer } from 'vite'
import { describe, expect, test } from 'vitest'
import { remedies } from '../../src/doctor/remedies/index.js'
import type { Finding } from '../../src/evidence/report.js'
import { type DiagnoseOptions, diagnose } from '../../src/index.js'
import { diagnoseInPeace } from '../support/examine.js'
import { freePort } from '../support/free-port.js'
import { startApache } from '../support/fronts/apache.js'
import { startHaproxy } from '../support/fronts/haproxy.js'
import { startNginx } from '../support/fronts/nginx.js'
import { startVarnish } from '../support/fronts/varnish.js'
import { needs } from '../support/needs.js'
import { type Handler, serve, steady } from '../support/stream-server.js'

async function findings(url: string, options: DiagnoseOptions): Promise<Map<string, Finding>> {
  const report = await diagnoseInPeace({ for: 4000, ...options, urls: [url] })
  return new Map(report.findings.map((finding) => [finding.id, finding]))
}

const big = steady({ event: (number) => `id: ${number}\ndata: ${'x'.repeat(280)}\n\n`, everyMs: 75 })

/** One event, then nothing. */
const quiet: Handler = (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform' })
  response.write('retry: 100\ndata: 1\n\n')
}

describe.runIf(needs('nginx'))('nginx', { concurrent: true }, () => {
  test('as it comes holds events, which shows without knowing the app', async () => {
    await using app = await serve(big)
    await using front = await startNginx(app.origin)
    const found = await findings(`${front.url}/events`, { onlyChecks: ['delivery', 'response/late-headers'] })
    expect(found.get('delivery/buffered')).toMatchObject({
      state: 'fail',
      fixes: [{ stack: 'nginx', snippet: expect.stringContaining('proxy_buffering off;') }],
    })
  })

  test('withholds even the headers of a slow stream, which shows beside the app', async () => {
    await using app = await serve(steady({ everyMs: 300 }))
    await using front = await startNginx(app.origin)
    const found = await findings(`${front.url}/events`, { origin: app.origin, for: 2500 })
    expect(found.get('connection/unreachable')).toMatchObject({ state: 'fail' })
    expect(found.get('delivery/buffered')).toMatchObject({
      state: 'fail',
      measured: expect.stringContaining('not even headers'),
      fixes: [{ stack: 'nginx' }],
    })
  })

  test('compresses and flushes, which is no fault', async () => {
    await using app = await serve(steady())
    const http = 'gzip on; gzip_types text/event-stream; gzip_min_length 0; gzip_proxied any;'
    await using front = await startNginx(app.origin, { location: 'proxy_buffering off; proxy_http_version 1.1;', http })
    const found = await findings(`${front.url}/events`, { onlyChecks: ['delivery/compressed'] })
    expect(found.get('delivery/compressed')).toMatchObject({
      state: 'pass',
      measured: expect.stringMatching(/^gzip: Δ/),
    })
  })

  test('cuts a quiet stream, again and again', async () => {
    await using app = await serve(quiet)
    // Half a second more than the least that counts as silence: a busy machine hears late.
    const location = 'proxy_buffering off; proxy_http_version 1.1; proxy_read_timeout 1500ms;'
    await using front = await startNginx(app.origin, { location })
    const found = await findings(`${front.url}/events`, { onlyChecks: ['idle/cut'], for: 6000 })
    expect(found.get('idle/cut')).toMatchObject({
      state: 'fail',
      measured: expect.stringMatching(/^closed after 1(\.\d)? s of silence, \d times/),
      fixes: [{ stack: 'nginx', snippet: expect.stringContaining('proxy_read_timeout 1h;') }],
    })
  })
})

test.runIf(needs('haproxy'))(
  'HAProxy as it comes is a little late, which is a warning, and with its option no more',
  async () => {
    await using app = await serve(steady({ everyMs: 150 }))
    await using late = await startHaproxy(app.origin)
    await using prompt = await startHaproxy(app.origin, { defaults: 'option http-no-delay' })
    const options = { origin: app.origin, onlyChecks: ['delivery/buffered'] }
    const [faulty, sound] = await Promise.all([
      findings(`${late.url}/events`, options),
      findings(`${prompt.url}/events`, options),
    ])
    expect(faulty.get('delivery/buffered')).toMatchObject({
      state: 'fail',
      severity: 'warning',
      fixes: [{ stack: 'HAProxy', snippet: expect.stringContaining('option http-no-delay') }],
    })
    expect(sound.get('delivery/buffered')).toMatchObject({ state: 'pass' })
  },
)

test.runIf(needs('apache2') && needs('varnishd'))('Apache and Varnish as they come hold nothing', async () => {
  await using app = await serve(steady())
  await using apache = await startApache(app.origin)
  await using varnish = await startVarnish(app.origin)
  const options = { origin: app.origin, onlyChecks: ['delivery'] }
  for (const front of [apache, varnish]) {
    const found = await findings(`${front.url}/events`, options)
    expect(found.get('delivery/buffered')).toMatchObject({ state: 'pass' })
    expect(found.get('delivery/compressed')).toMatchObject({ state: 'pass' })
  }
})

test('the proxy of Vite forgets both ends, and with the hook it does not', async () => {
  const port = await freePort()
  const through = async (configure?: object) => {
    const vite = await createViteServer({
      configFile: false,
      logLevel: 'silent',
      root: import.meta.dirname,
      optimizeDeps: { noDiscovery: true },
      server: {
        port: 0,
        host: '127.0.0.1',
        ws: false,
        watch: null,
        proxy: {
          '/events': { target: `http://127.0.0.1:${port}`, ...(configure && { configure: configure as never }) },
        },
      },
    })
    await vite.listen()
    const via = new URL('/events', vite.resolvedUrls?.local[0])
    const report = await diagnose({ via: via.href, listen: port, for: 1000 })
    await vite.close()
    return report.findings.map(({ id, state }) => [id, state])
  }
  // As it is printed.
  const pasted = new Function(`return {\n${remedies.vite.snippets['abort-not-forwarded']}\n}`)()
  const sound = await through(pasted.configure)
  expect(sound).toEqual([
    ['proxy/abort-not-forwarded', 'pass'],
    ['proxy/disconnect-not-forwarded', 'pass'],
  ])
  expect((await through()).map(([, state]) => state)).toContain('fail')
}, 40_000)
