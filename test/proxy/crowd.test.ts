import { expect, test } from 'vitest'
import { createProxy } from '../../src/proxy/index.js'
import { establishedAt } from '../support/kernel-sockets.js'
import { openStream, startOrigin } from './support/origin.js'
import { asStream, get, rawClient } from './support/raw-client.js'
import { until } from './support/until.js'

/** Enough for a machine that does ten other things meanwhile. */
const inTime = { timeout: 90_000 }

test('a thousand streams are opened and reset, and no connection is left on either side', inTime, async () => {
  await using origin = await startOrigin((_request, response) => void openStream(response).write('data: 1\n\n'))
  await using proxy = await createProxy({ target: origin.url })
  const most = 100
  for (let round = 0; round < 10; round++) {
    const clients = await Promise.all(Array.from({ length: most }, () => rawClient(proxy.port, get('/', asStream))))
    await Promise.all(clients.map((client) => client.receives('data: 1')))
    if (round === 0) await until(() => (establishedAt(proxy.port) ?? most) === most)
    for (const client of clients) client.socket.resetAndDestroy()
  }
  const named = () => proxy.ledger.snapshot().origins.find(({ origin }) => origin === 'http://app.test')
  await until(() => origin.sockets.size === 0 && named()?.sockets === 0)
  expect(origin.requests).toHaveLength(1000)
  expect(named()).toMatchObject({ sockets: 0, streaming: 0, busy: 0, idle: 0 })
  expect(proxy.ledger.streams()).toHaveLength(1000)
  await until(() => (establishedAt(proxy.port) ?? 0) === 0)
})

test('a thousand streams at once all flow: none waits for another to end', inTime, async () => {
  await using origin = await startOrigin((_request, response) => void openStream(response).write('data: 1\n\n'))
  await using proxy = await createProxy({ target: origin.url })
  const clients = []
  for (let count = 0; count < 1000; count++) clients.push(await rawClient(proxy.port, get('/', asStream)))
  await Promise.all(clients.map((client) => client.receives('data: 1')))
  expect(proxy.ledger.snapshot().origins[0]).toMatchObject({ sockets: 1000, streaming: 1000 })
  for (const client of clients) client.socket.destroy()
  await until(() => origin.sockets.size === 0)
})
