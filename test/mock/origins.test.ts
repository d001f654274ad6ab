import { expect, test } from 'vitest'
import type { MockOptions } from '../../src/mock/index.js'
import { open } from '../server/support/reader.js'
import { quiet, startMock } from './start-mock.js'

async function allowed(options: MockOptions, origin: string) {
  const mock = await startMock({ ...quiet, ...options })
  const { headers } = await open(`${mock.url}/events`, { headers: { Origin: origin } })
  return headers['access-control-allow-origin']
}

test.each([
  [{}, 'http://localhost:5173', true],
  [{}, 'http://127.0.0.1:1', true],
  [{}, 'http://[::1]:8080', true],
  [{}, 'https://app.localhost', true],
  [{}, 'https://app.test', false],
  [{}, 'https://127.app.test', false],
  [{}, 'null', false],
  [{ cors: true }, 'https://app.test', true],
  [{ cors: 'https://app.test' }, 'https://app.test', true],
  [{ cors: 'https://app.test' }, 'http://localhost:5173', false],
  [{ cors: false }, 'http://localhost:5173', false],
] as const)('with %j pages of %s may read: %s', async (options, origin, may) => {
  expect(await allowed(options, origin)).toBe(may ? origin : undefined)
})

test('a page that may read may ask to resume with fetch', async () => {
  const mock = await startMock({ ...quiet, cors: 'https://app.test' })
  const preflight = await open(`${mock.url}/events`, {
    method: 'OPTIONS',
    headers: { Origin: 'https://app.test', 'Access-Control-Request-Headers': 'last-event-id' },
  })
  expect(preflight.status).toBe(204)
  expect(preflight.headers).toMatchObject({
    'access-control-allow-headers': 'last-event-id',
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': 'GET, HEAD, OPTIONS',
    vary: 'Origin',
  })
})

test('what is no origin is refused at start', async () => {
  await expect(startMock({ cors: 'app.test' })).rejects.toThrow('An origin is a scheme and a host')
})

test.each([
  [{}, {}, 202],
  [{}, { Host: 'localhost:1' }, 202],
  [{}, { Host: '192.0.2.7' }, 202],
  [{}, { Host: 'rebound.test' }, 403],
  [{}, { Host: '127.rebound.test' }, 403],
  [{ allowHosts: ['mock.test'] }, { Host: 'mock.test:80' }, 202],
  [{}, { Origin: 'http://localhost:5173' }, 202],
  [{}, { Origin: 'https://evil.test' }, 403],
  [{}, { Origin: 'null' }, 403],
  [{ cors: true }, { Origin: 'https://evil.test' }, 403],
  [{ cors: 'https://app.test' }, { Origin: 'https://app.test' }, 202],
  [{ allowHosts: ['mock.test'] }, { Host: 'mock.test', Origin: 'http://mock.test' }, 202],
])('with %j a change that comes with %j is answered %i', async (options, headers, status) => {
  const mock = await startMock({ ...quiet, ...options })
  const given = { 'content-type': 'text/plain', ...headers } as Record<string, string>
  const answer = await open(`${mock.url}/publish`, { method: 'POST', body: 'x', headers: given })
  expect(answer.status).toBe(status)
  expect(mock.published).toBe(status === 202 ? 1 : 0)
})
