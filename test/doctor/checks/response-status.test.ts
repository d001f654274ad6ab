import { expect, test } from 'vitest'
import { responseStatus } from '../../../src/doctor/checks/response-status.js'
import { findingsOf } from '../../support/examine.js'
import { judgeWith } from '../../support/stream-evidence.js'
import { steady } from '../../support/stream-server.js'

test('whatever is not 200 fails with what it says, and 200 passes', async () => {
  const { faulty, sound } = await findingsOf('response/status', {
    faulty: (_request, response) =>
      response.writeHead(502, { 'content-type': 'text/html' }).end('<title>Bad\n gateway</title>'),
    sound: steady(),
  })
  expect(faulty).toMatchObject({ state: 'fail', severity: 'error', measured: '502: “Bad gateway”' })
  expect(sound).toMatchObject({ state: 'pass' })
})

test.each([204, 301, 400, 401, 403, 404, 405, 406, 410, 418, 429, 500, 503])('%i has words of its own', (status) => {
  const verdict = judgeWith(responseStatus, 'fail', { status, body: null })
  expect(verdict).toMatchObject({
    state: 'fail',
    measured: `${status}`,
    fixes: [{ snippet: expect.stringMatching(/\.$|TEXT$|event-stream/) }],
  })
})

test('redirects without end are for another check', () => {
  expect(judgeWith(responseStatus, 'fail', { status: 302, headers: [['location', '/a']] }).state).toBe('skip')
})
