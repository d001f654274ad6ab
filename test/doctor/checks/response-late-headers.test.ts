import { expect, test } from 'vitest'
import { responseLateHeaders } from '../../../src/doctor/checks/response-late-headers.js'
import { findingsOf } from '../../support/examine.js'
import { judgeWith } from '../../support/stream-evidence.js'

test('headers that wait for the first event fail, and headers ahead of it pass', async () => {
  const { faulty, sound } = await findingsOf('response/late-headers', {
    for: 2000,
    faulty: (_request, response) => {
      setTimeout(() => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.write('data: 1\n\n')
      }, 1200)
    },
    sound: (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      setTimeout(() => response.write('data: 1\n\n'), 1200)
    },
  })
  expect(faulty).toMatchObject({
    state: 'fail',
    severity: 'warning',
    measured: expect.stringMatching(/^headers after 1\.[2-9]/),
  })
  expect(sound).toMatchObject({ state: 'pass' })
})

test('a slow server that begins with a comment is slow, and no more', () => {
  const arrivals = [{ atMs: 4982.2, bytes: 3, events: 0, comments: 1, cuts: false }]
  expect(judgeWith(responseLateHeaders, 'fail', { arrivals }).state).toBe('pass')
})
