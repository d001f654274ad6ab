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
  // Chromium knows this name for no other encoding, and refuses it all the same.
  ['text/event-stream; charset=utf8', 'fail'],
  ['text/event-stream; charset=', 'pass'],
  ['application/json', 'fail'],
  ['text/event-streams', 'fail'],
])('%s comes to %s', (type, state) => {
  expect(judgeWith(responseContentType, 'pass', { headers: [['content-type', type]] }).state).toBe(state)
})

test.each([
  ['text/event-stream', 'text/event-stream', 'pass'],
  ['text/html', 'text/event-stream', 'pass'],
  ['text/event-stream', 'text/html', 'fail'],
])('of %s and then %s a browser takes the last, which comes to %s', (one, other, state) => {
  const headers: [string, string][] = [
    ['content-type', one],
    ['content-type', other],
  ]
  expect(judgeWith(responseContentType, 'pass', { headers }).state).toBe(state)
})

test('no type at all fails', () => {
  expect(judgeWith(responseContentType, 'fail', { headers: [], body: null })).toMatchObject({
    state: 'fail',
    measured: 'no content type',
  })
})
