import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import zlib from 'node:zlib'
import compression from 'compression'
import express from 'express'
import { expect, test } from 'vitest'
import { findingOf, findingsOf } from '../../support/examine.js'
import type { Handler } from '../../support/stream-server.js'

/** Sends each event through gzip, flushed or not. */
const compressing =
  (flushes: boolean): Handler =>
  (request, response) => {
    const wants = /gzip/.test(String(request.headers['accept-encoding']))
    response.writeHead(200, { 'content-type': 'text/event-stream', ...(wants && { 'content-encoding': 'gzip' }) })
    response.flushHeaders()
    const gzip = zlib.createGzip()
    if (wants) gzip.pipe(response)
    const timer = setInterval(() => {
      if (!wants) return response.write('data: 1\n\n')
      gzip.write('data: 1\n\n')
      if (flushes) gzip.flush(zlib.constants.Z_SYNC_FLUSH)
      return true
    }, 100)
    response.once('close', () => clearInterval(timer))
  }

test('a compressor that does not flush fails, and one that does passes', async () => {
  const { faulty, sound } = await findingsOf('delivery/compressed', {
    for: 5000,
    faulty: compressing(false),
    sound: compressing(true),
  })
  expect(faulty).toMatchObject({
    state: 'fail',
    severity: 'error',
    measured: expect.stringMatching(/^gzip: no event in/),
  })
  expect(sound).toMatchObject({ state: 'pass', measured: expect.stringMatching(/^gzip: Δ/) })
})

test('Express with compression fails, and with no-transform passes', async () => {
  const start = async (headers: Record<string, string>) => {
    const app = express().use(compression())
    app.get('/events', (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', ...headers })
      response.flushHeaders()
      const timer = setInterval(() => response.write('data: 1\n\n'), 100)
      response.once('close', () => clearInterval(timer))
    })
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return server
  }
  const servers = [await start({}), await start({ 'cache-control': 'no-cache, no-transform' })]
  const [faulty, sound] = await Promise.all(
    servers.map((server) =>
      findingOf('delivery/compressed', `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`, {
        for: 5000,
      }),
    ),
  )
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
  expect(faulty).toMatchObject({
    state: 'fail',
    fixes: [{ stack: 'Express', snippet: expect.stringContaining('no-transform') }],
  })
  expect(sound).toMatchObject({ state: 'pass', measured: 'not compressed' })
})
