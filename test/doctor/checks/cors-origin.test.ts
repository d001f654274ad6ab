import { expect, test } from 'vitest'
import { findingOf, findingsOf } from '../../support/examine.js'
import { serve, steady } from '../../support/stream-server.js'

const pageOrigin = 'https://app.example'

test('an answer for nobody fails, and one for the page passes', async () => {
  const { faulty, sound } = await findingsOf('cors/origin', {
    pageOrigin,
    faulty: steady(),
    sound: steady({ headers: { 'access-control-allow-origin': pageOrigin } }),
  })
  expect(faulty).toMatchObject({ state: 'fail', severity: 'error', measured: 'no Access-Control-Allow-Origin' })
  expect(sound).toMatchObject({ state: 'pass' })
})

test('an error answer needs the header too', async () => {
  await using server = await serve((_request, response) => response.writeHead(503).end())
  expect(await findingOf('cors/origin', server.url, { pageOrigin })).toMatchObject({
    state: 'fail',
    measured: 'no Access-Control-Allow-Origin, on a 503',
  })
})

test('a page of the same origin needs none', async () => {
  await using server = await serve(steady())
  expect(await findingOf('cors/origin', server.url, { pageOrigin: server.origin })).toMatchObject({ state: 'skip' })
})
