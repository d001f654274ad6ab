import { expect, test } from 'vitest'
import { responseContentType } from '../../../src/doctor/checks/response-content-type.js'
import { findingsOf } from '../../support/examine.js'
import { judgeWith } from '../../support/stream-evidence.js'
import { steady } from '../../support/stream-server.js'

test('a page in its place fails with its title, and a stream passes', async () => {
  const { faulty, sound } = await findingsOf('response/content-type', {
    faulty: (_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<title>Sign in</title>'),
    sound: steady({ headers: { 'content-type': 'text/event-stream; charset=UTF-8' } }),
  })
  expect(faulty).toMatchObject({
    state: 'fail',
    measured: 'text/html, a page titled “Sign in”',
    fixes: [{ snippet: expect.stringContaining('login page') }],
  })
  expect(sound).toMatchObject({ state: 'pass' })
})

test.each([
  ['text/event-stream', 'pass'],
  ['Text/Event-Stream; charset="utf-8"', 'pass'],
  ['text/event-stream; charset=iso-8859-1', 'fail'],
  ['application/json', 'fail'],
  ['text/event-streams', 'fail'],
])('%s comes to %s', (type, state) => {
  expect(judgeWith(responseContentType, 'pass', { headers: [['content-type', type]] }).state).toBe(state)
})

test('no type at all fails', () => {
  expect(judgeWith(responseContentType, 'fail', { headers: [], body: null })).toMatchObject({
    state: 'fail',
    measured: 'no content type',
  })
})
