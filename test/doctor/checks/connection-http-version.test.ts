import { expect, test } from 'vitest'
import { findingOf } from '../../support/examine.js'
import { serveSecurely } from '../../support/secure-server.js'
import { serve, steady } from '../../support/stream-server.js'

test('plain HTTP fails, and TLS with HTTP/2 passes', async () => {
  await using plain = await serve(steady())
  await using secure = await serveSecurely(steady() as never, { http2: true })
  const [faulty, sound] = await Promise.all([
    findingOf('connection/http-version', plain.url),
    findingOf('connection/http-version', secure.url, { insecure: true }),
  ])
  expect(faulty).toMatchObject({ state: 'fail', severity: 'warning', limit: 6 })
  expect(sound).toMatchObject({ state: 'pass', measured: 'HTTP/2 over TLS' })
})

test('TLS with HTTP/1.1 alone fails', async () => {
  await using server = await serveSecurely(steady(), { http2: false })
  expect(await findingOf('connection/http-version', server.url, { insecure: true })).toMatchObject({
    state: 'fail',
    measured: expect.stringMatching(/^the server offers HTTP\/1\.1 alone/),
  })
})

test('what a page asks for with a POST is not to be shared among tabs', async () => {
  await using server = await serve(steady())
  const { why, fixes } = await findingOf('connection/http-version', server.url, { method: 'POST', body: '{}' })
  expect(why).toContain('While it lasts each answer holds one.')
  expect(fixes.map(({ snippet }) => snippet).join()).not.toContain('SharedEventSource')
})
