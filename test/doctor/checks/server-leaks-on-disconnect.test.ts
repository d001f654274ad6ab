import { expect, test } from 'vitest'
import { serverLeaksOnDisconnect } from '../../../src/doctor/checks/server-leaks-on-disconnect.js'
import { findingOf } from '../../support/examine.js'
import { streamOf } from '../../support/stream-evidence.js'
import type { Handler } from '../../support/stream-server.js'
import { serve, steady } from '../../support/stream-server.js'

/** A stream, and a count of the clients that it writes to; `forgets` never takes one out. */
function counting(forgets: boolean): Handler {
  const clients = new Set<unknown>()
  return (request, response) => {
    if (request.url === '/metrics') {
      response.end(JSON.stringify({ streams: { open: clients.size } }))
      return
    }
    clients.add(response)
    if (!forgets) response.once('close', () => clients.delete(response))
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
  }
}

test('a server that forgets nobody fails, and one that does passes', async () => {
  await using bad = await serve(counting(true))
  await using good = await serve(counting(false))
  const [faulty, sound] = await Promise.all(
    [bad, good].map((server) =>
      findingOf('server/leaks-on-disconnect', server.url, {
        metrics: { url: `${server.origin}/metrics`, metric: 'streams.open' },
      }),
    ),
  )
  expect(faulty).toMatchObject({
    state: 'fail',
    severity: 'error',
    measured: expect.stringMatching(/^open streams: \d+, with 20 clients \d+/),
  })
  expect(sound).toMatchObject({ state: 'pass' })
})

test.runIf(process.platform === 'linux')('the sockets of a process are counted as well', async () => {
  await using server = await serve(steady())
  expect(await findingOf('server/leaks-on-disconnect', server.url, { pid: process.pid })).toMatchObject({
    measured: expect.stringMatching(/^sockets of the process: /),
  })
})

test('a figure that counts something else is not known', () => {
  expect(serverLeaksOnDisconnect.judge(streamOf('server/leaks-on-disconnect', 'unknown'))).toMatchObject({
    state: 'unknown',
    reason: expect.stringContaining('name the one that counts open streams'),
  })
})

test('a server that writes every ten seconds is given twenty to notice', () => {
  const stream = streamOf('server/leaks-on-disconnect', 'fail')
  const [first, ...rest] = stream.watch ?? []
  if (!first) throw new Error('the evidence holds no watch')
  const watch = [{ ...first, silence: { fromMs: 0, ms: 10_000, open: false } }, ...rest]
  expect(serverLeaksOnDisconnect.judge({ ...stream, watch })).toMatchObject({
    state: 'unknown',
    reason: expect.stringContaining('use --deep'),
  })
})
