import { expect, test } from 'vitest'
import type { Mock } from '../../src/mock/index.js'
import { quiet, startMock } from './start-mock.js'

function post(mock: Mock, body: string, headers: Record<string, string> = {}) {
  const authorization = `Bearer ${mock.token}`
  return fetch(`${mock.url}/faults`, { method: 'POST', body, headers: { authorization, ...headers } })
}

const statusOf = async (mock: Mock) => {
  const response = await fetch(`${mock.url}/events`)
  await response.body?.cancel()
  return response.status
}

test('faults are switched on and off while the mock runs, with its token', async () => {
  const mock = await startMock({ ...quiet, seed: 3 })
  expect(await statusOf(mock)).toBe(200)
  expect(await (await post(mock, 'status:503\nlatency:1ms')).json()).toEqual({
    seed: 3,
    faults: [
      { number: 1, text: 'status:503' },
      { number: 2, text: 'latency:1ms' },
    ],
  })
  expect(await statusOf(mock)).toBe(503)
  await post(mock, '{"remove":[1],"add":["status:418"]}')
  expect(await statusOf(mock)).toBe(418)
  expect(await (await fetch(`${mock.url}/faults`)).json()).toMatchObject({ faults: [{ number: 2 }, { number: 3 }] })
})

test.each([
  ['latncy', 400, 'There is no fault “latncy”. Did you mean latency?'],
  ['cut@event=0', 400, 'needs a whole number'],
  ['{"add": "cut"}', 400, 'A change is'],
  ['{', 400, 'The body is no JSON'],
  ['', 400, 'Name a fault'],
  ['{"remove":[9]}', 404, 'No fault 9 is on'],
])('%s is refused, and nothing is switched', async (body, status, words) => {
  const mock = await startMock({ ...quiet, faults: ['cut'] })
  const refused = await post(mock, body)
  expect([refused.status, await refused.text()]).toEqual([status, expect.stringContaining(words)])
  expect(mock.faults.list()).toHaveLength(1)
})

test('half of a change is not done', async () => {
  const mock = await startMock({ ...quiet, faults: ['cut'] })
  expect((await post(mock, '{"remove":[1],"add":["close","latncy"]}')).status).toBe(400)
  expect(mock.faults.list()).toEqual([{ number: 1, text: 'cut' }])
})

test('without the token, from another page or under another name nothing is switched', async () => {
  const mock = await startMock(quiet)
  expect((await post(mock, 'cut', { authorization: 'Bearer wrong' })).status).toBe(401)
  expect((await fetch(`${mock.url}/faults`, { method: 'POST', body: 'cut' })).status).toBe(401)
  expect((await post(mock, 'cut', { origin: 'https://evil.test' })).status).toBe(403)
  expect(mock.faults.list()).toEqual([])
})
