import { expect, test } from 'vitest'
import { createLimiter } from '../../src/proxy/emulate-limit.js'
import { createProxy } from '../../src/proxy/index.js'
import { openStream, startOrigin } from './support/origin.js'
import { get, rawClient } from './support/raw-client.js'
import { until } from './support/until.js'

test('six flow, the rest wait in the order in which they came', async () => {
  await using origin = await startOrigin((_request, response) => openStream(response))
  await using proxy = await createProxy({ target: origin.url, emulateLimit: 6 })
  const clients = []
  for (let count = 1; count <= 9; count++) {
    clients.push(await rawClient(proxy.port, get(`/${count}`)))
    await until(() => origin.requests.length === Math.min(count, 6))
  }
  using other = await rawClient(proxy.port, get('/other', {}, 'other.test'))
  await other.receives('event-stream') // another origin has its own six
  expect(proxy.ledger.snapshot().origins.find((entry) => entry.origin === 'http://app.test')).toMatchObject({
    sockets: 9 - 3,
    streaming: 6,
  })
  clients[7]?.socket.destroy() // the 8th gives up waiting
  clients[0]?.socket.destroy()
  await until(() => origin.requests.length === 8)
  clients[1]?.socket.destroy()
  await until(() => origin.requests.length === 9)
  expect(origin.requests.map(({ url }) => url).filter((url) => url !== '/other')).toEqual(
    [1, 2, 3, 4, 5, 6, 7, 9].map((count) => `/${count}`),
  )
  for (const client of clients) client.socket.destroy()
})

test.each([0, -1, 1.5, Number.NaN])('a limit of %s is refused', async (emulateLimit) => {
  await expect(createProxy({ target: 'http://localhost:1', emulateLimit })).rejects.toMatchObject({
    code: 'bad-option',
  })
})

test('places are given up once, and keys are forgotten', () => {
  const limiter = createLimiter(1)
  const begun: string[] = []
  const first = limiter.enter('a', () => begun.push('first'))
  const second = limiter.enter('a', () => begun.push('second'))
  limiter.enter('b', () => begun.push('other'))
  const third = limiter.enter('a', () => begun.push('third'))
  expect(limiter.waiting).toBe(2)
  second.release()
  expect(limiter.waiting).toBe(1)
  first.release()
  first.release()
  expect(begun).toEqual(['first', 'other', 'third'])
  third.release()
  limiter.enter('a', () => begun.push('fourth'))
  expect(begun.at(-1)).toBe('fourth')
})
