import { expect, test } from 'vitest'
import { findingsOf } from '../../support/examine.js'
import type { Handler } from '../../support/stream-server.js'
import { steady } from '../../support/stream-server.js'

const pageOrigin = 'https://app.example'

test('a no to OPTIONS fails, and a yes to both headers passes', async () => {
  const stream = steady({ headers: { 'access-control-allow-origin': pageOrigin } })
  const answering =
    (allowed: string): Handler =>
    (request, response) => {
      if (request.method !== 'OPTIONS') return stream(request, response)
      expect(request.headers.authorization).toBeUndefined()
      response
        .writeHead(204, { 'access-control-allow-origin': pageOrigin, 'access-control-allow-headers': allowed })
        .end()
    }
  const { faulty, sound } = await findingsOf('cors/preflight', {
    pageOrigin,
    headers: [['Authorization', 'Bearer secret']],
    faulty: answering('*'),
    sound: answering('Authorization, Last-Event-ID'),
  })
  expect(faulty).toMatchObject({ state: 'fail', severity: 'warning', measured: 'not allowed: authorization' })
  expect(sound).toMatchObject({ state: 'pass', measured: '204, both allowed' })
})
