/** What the doctor says after real silences: half a minute, the minute after which nginx cuts, a page that stays dead. */
import { describe, expect, test } from 'vitest'
import { findBrowser, launchBrowser } from '../../src/browser/index.js'
import { judgeApp } from '../../src/doctor/app/judge-app.js'
import { gatherApp } from '../../src/doctor/index.js'
import type { Finding } from '../../src/evidence/report.js'
import { diagnose } from '../../src/index.js'
import { serveApp } from '../support/app-server.js'
import { startNginx } from '../support/fronts/nginx.js'
import { needs } from '../support/needs.js'
import { type Handler, serve } from '../support/stream-server.js'

async function findings(url: string, watchMs: number): Promise<Map<string, Finding>> {
  const report = await diagnose({ urls: [url], for: watchMs })
  return new Map(report.findings.map((finding) => [finding.id, finding]))
}

/** One event, then nothing but comments, if any. */
function quiet(heartbeatMs?: number): Handler {
  return (request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform' })
    response.flushHeaders()
    if (request.headers['last-event-id'] === undefined) response.write('retry: 3210\nid: 1\ndata: 1\n\n')
    const timer = heartbeatMs === undefined ? undefined : setInterval(() => response.write(': hb\n\n'), heartbeatMs)
    response.on('close', () => clearInterval(timer))
  }
}

describe('real silences', { concurrent: true }, () => {
  test('half a minute without a byte is too long, with no hop known', async () => {
    await using app = await serve(quiet())
    const found = await findings(app.url, 35_000)
    expect(found.get('idle/no-heartbeat')).toMatchObject({
      state: 'fail',
      measured: expect.stringMatching(/3\d(\.\d)? s/),
    })
    expect(found.get('idle/cut')?.state).not.toBe('fail')
  })

  test.runIf(needs('nginx'))('the minute after which nginx cuts is told as that of nginx', async () => {
    await using app = await serve(quiet())
    await using front = await startNginx(app.origin, { location: 'proxy_buffering off; proxy_http_version 1.1;' })
    const found = await findings(`${front.url}/events`, 75_000)
    expect(found.get('idle/cut')).toMatchObject({
      state: 'fail',
      measured: 'closed after 1 min of silence; that is the time-out of nginx',
      fixes: [{ stack: 'nginx', snippet: expect.stringContaining('proxy_read_timeout 1h;') }],
    })
  })

  test('one event an hour with a heartbeat every 15 s is a healthy stream', async () => {
    await using app = await serve(quiet(15_000))
    const found = await findings(app.url, 50_000)
    const failures = [...found.values()].filter(({ state, severity }) => state === 'fail' && severity !== 'info')
    // Which is true of every stream without TLS.
    expect(failures.map(({ id }) => id)).toEqual(['connection/http-version'])
  })

  test.runIf(needs('chromium'))('a page that one 502 has ended is still dead after a minute', async () => {
    await using app = await serveApp('one-stream')
    const browser = await launchBrowser(await findBrowser({ browser: 'chromium' }))
    try {
      const evidence = await gatherApp(browser, { url: app.url, tabs: 1, parts: ['error-status'], waitMs: 60_000 })
      const finding = judgeApp(evidence).find(({ id }) => id === 'client/dead-after-error-status')
      expect(finding).toMatchObject({ state: 'fail', severity: 'error' })
    } finally {
      await browser.close()
    }
  })
})

describe.runIf(needs('chromium'))('tabs that share a stream in a way of their own', () => {
  /** A leader by Web Lock alone, which opens its stream half a second late and without the last event ID. */
  const script = `
    const channel = new BroadcastChannel('live')
    navigator.locks.request('leader', () => new Promise(() => setTimeout(() => {
      const source = new EventSource('/events/live')
      source.onmessage = ({ data }) => channel.postMessage(data)
    }, 500)))`

  test('lose events when the leader goes, and get none at all when it is frozen', async () => {
    const files = { '/': '<!doctype html><title>shared</title><script src="/live.js"></script>', '/live.js': script }
    await using app = await serveApp('one-stream', { files })
    const browser = await launchBrowser(await findBrowser({ browser: 'chromium' }))
    try {
      const evidence = await gatherApp(browser, { url: app.url, tabs: 3, parts: ['tabs', 'handover'] })
      const findings = new Map(judgeApp(evidence).map((finding) => [finding.id, finding]))
      expect(findings.get('failover/slow')).toMatchObject({ state: 'fail', severity: 'error' })
      expect(findings.get('failover/lossy')).toMatchObject({ state: 'fail', severity: 'error' })
    } finally {
      await browser.close()
    }
  })
})
