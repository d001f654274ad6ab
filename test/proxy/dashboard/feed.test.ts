import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { listen } from '../../../src/listening/index.js'
import { createFeed } from '../../../src/proxy/dashboard/feed.js'
import type { DashboardState } from '../../../src/proxy/dashboard/messages.js'
import { createProxy } from '../../../src/proxy/index.js'
import { openStream, startOrigin } from '../support/origin.js'
import { get, rawClient } from '../support/raw-client.js'
import { until } from '../support/until.js'

/** A feed on a server of its own, and a proxy whose streams send what `write` is given. */
async function setUp() {
  const writers: ((text: string) => void)[] = []
  const origin = await startOrigin((_request, response) => {
    openStream(response)
    writers.push((text) => response.write(text))
  })
  const proxy = await createProxy({ target: origin.url })
  const feed = createFeed(proxy, null, () => ({ streams: [] }) as unknown as DashboardState)
  const errors: unknown[] = []
  const server = createServer((request, response) => {
    try {
      feed.open(request, response)
    } catch (error) {
      errors.push(error)
      response.destroy()
    }
  })
  const { port } = await listen(server, '127.0.0.1', 0)
  return {
    proxy,
    feed,
    errors,
    view: () => rawClient(port, get('/events', {}, `127.0.0.1:${port}`)),
    write(text: string) {
      for (const write of writers) write(text)
    },
    async stream() {
      const client = await rawClient(proxy.port, get('/events', {}, new URL(proxy.url).host))
      await until(() => writers.length > 0)
      return client
    },
    async [Symbol.asyncDispose]() {
      await feed.close()
      server.closeAllConnections()
      server.close()
      await proxy.close()
      await origin[Symbol.asyncDispose]()
    },
  }
}

test('who comes while it closes is cut off, and nothing is thrown', async () => {
  await using up = await setUp()
  const closing = up.feed.close()
  using late = await up.view()
  await late.ended()
  await closing
  expect(up.errors).toEqual([])
})

test('who comes later is not told what passed before anybody looked', async () => {
  await using up = await setUp()
  using stream = await up.stream()
  const first = await up.view()
  await first.receives('event: state')
  up.proxy.ledger.once('stream-event', () => first.socket.destroy()) // leaves before it is told
  up.write('data: of the past\n\n')
  await until(() => up.proxy.ledger.listenerCount('stream-event') === 0)

  using second = await up.view()
  await second.receives('event: state')
  up.write('data: of now\n\n')
  await second.receives('of now')
  expect(second.text).not.toContain('of the past')
  await stream.receives('of now')
})
