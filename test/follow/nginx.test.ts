/** Behind a real nginx, over HTTP/1.1 and HTTP/2 with TLS, plain and compressed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openStream } from '../../src/client/index.js'
import { type FollowOptions, tail } from '../../src/follow/index.js'
import { certify, serve } from '../client/support/servers.js'
import { freePort } from '../support/free-port.js'
import { startNginx } from '../support/fronts/nginx.js'
import { needs } from '../support/needs.js'

const location = 'proxy_buffering off; proxy_http_version 1.1; proxy_read_timeout 1s;'

/** Sends the next event only once the one before has arrived: what anybody holds back is waited for in vain. */
async function startOrigin() {
  let send = (_count: number): void => {}
  const served = await serve((_request, response) => {
    send = (count) => void response.write(`id: ${count}\ndata: ${count}\n\n`)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    send(1)
  })

  async function readThree(url: string, options: FollowOptions = {}): Promise<string[]> {
    const seen: string[] = []
    for await (const one of tail(url, { ...options, count: 3 })) {
      if (one.kind === 'open') seen.push(`HTTP/${one.httpVersion}`)
      if (one.kind === 'event') {
        seen.push(`${one.id}=${one.data}`)
        send(seen.length)
      }
    }
    return seen
  }

  return { url: served.url.origin, readThree }
}

describe.runIf(needs('nginx'))('behind nginx', () => {
  test('each event comes by itself, also compressed', async () => {
    const origin = await startOrigin()
    const gzip = 'gzip on; gzip_types text/event-stream; gzip_min_length 0; gzip_proxied any; gzip_http_version 1.0;'
    await using front = await startNginx(origin.url, { location, http: gzip })
    const expected = ['HTTP/1.1', '1=1', '2=2', '3=3']
    expect(await origin.readThree(`${front.url}/events`)).toEqual(expected)
    const encoded = { headers: [['Accept-Encoding', 'gzip']] } as const
    expect(await origin.readThree(`${front.url}/events`, encoded)).toEqual(expected)
    await using answer = await openStream({ url: new URL(`${front.url}/events`), ...encoded })
    expect(answer.headers).toContainEqual(['Content-Encoding', 'gzip'])
  })

  test('HTTP/2 over TLS is what it offers, and taken', async () => {
    const origin = await startOrigin()
    const folder = mkdtempSync(path.join(os.tmpdir(), 'sse-coord-test-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const { key, cert } = await certify()
    writeFileSync(path.join(folder, 'key.pem'), key, { mode: 0o600 })
    writeFileSync(path.join(folder, 'cert.pem'), cert)
    const port = await freePort()
    const http = `server { listen 127.0.0.1:${port} ssl http2; ssl_certificate ${folder}/cert.pem;
      ssl_certificate_key ${folder}/key.pem; location / { proxy_pass ${origin.url}; ${location} } }`
    await using _front = await startNginx(origin.url, { http })
    const url = `https://127.0.0.1:${port}/events`
    expect(await origin.readThree(url, { insecure: true })).toEqual(['HTTP/2', '1=1', '2=2', '3=3'])
    await using answer = await openStream({ url: new URL(url), ca: cert })
    expect(answer).toMatchObject({ alpn: 'h2', tls: { authorized: true }, settings: { maxConcurrentStreams: 128 } })
  })

  test('what it does to a quiet stream is a cut', async () => {
    const origin = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
    })
    await using front = await startNginx(origin.url.origin, { location })
    const answer = await openStream({ url: new URL(`${front.url}/events`) })
    expect(await answer.ending).toMatchObject({ kind: 'cut' })
  })
})
