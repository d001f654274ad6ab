/** A stream with a beat, and a reader that sees what a hop makes of it: the two ends between which remedies are tried. */
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import compression from 'compression'
import express from 'express'
import { expect } from 'vitest'

export const rhythmMs = 150

export interface Rhythm extends AsyncDisposable {
  address: string
}

/**
 * An event every 150 ms at `/events`, which says when it was sent. `?quiet` sends one and then nothing; `?compressed` goes
 * through Express compression, which does not flush; `?cache` may be stored; `?accel` asks nginx not to buffer.
 */
export async function serveRhythm(): Promise<Rhythm> {
  const app = express()
  app.use(compression({ filter: (request) => 'compressed' in (request as express.Request).query }))
  app.get('/events', ({ query }, response) => {
    response.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'cache' in query ? 'public, max-age=60' : 'no-cache',
      ...('accel' in query && { 'X-Accel-Buffering': 'no' }),
    })
    response.flushHeaders()
    const send = () => void response.write(`data: ${Date.now()}\n\n`)
    const timer = 'quiet' in query ? setTimeout(send, 10) : setInterval(send, rhythmMs)
    response.on('close', () => clearInterval(timer))
  })
  const server = http.createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export interface Look {
  /** From the headers to the first event: next to nothing where the headers waited for it. */
  aheadMs: number | null
  /** How late each event came. */
  delays: number[]
  ended: boolean
}

/** Reads for a while and leaves. */
export function look(url: string, { encoded = false, forMs = 1300 } = {}): Promise<Look> {
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
export function expectFlow({ aheadMs, delays }: Look): void {
  expect(aheadMs).toBeGreaterThan(rhythmMs / 3)
  expectNoDelay(delays)
}

export function expectNoDelay(delays: number[]): void {
  expect(delays.length).toBeGreaterThanOrEqual(3)
  expect(upperQuartile(delays)).toBeLessThan(rhythmMs / 2)
}

export function upperQuartile(delays: number[]): number {
  return delays.toSorted((one, other) => one - other)[Math.floor(delays.length * 0.75)] ?? Number.NaN
}
