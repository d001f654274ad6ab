import { expect, test } from 'vitest'
import { findingOf, findingsOf } from '../../support/examine.js'
import { serve, steady } from '../../support/stream-server.js'

const pageOrigin = 'https://app.example'
const exact = { 'access-control-allow-origin': pageOrigin, 'access-control-allow-credentials': 'true' }

test('a star fails, and the exact origin passes', async () => {
  const { faulty, sound } = await findingsOf('cors/credentials', {
    pageOrigin,
    withCredentials: true,
    faulty: steady({ headers: { 'access-control-allow-origin': '*' } }),
    sound: steady({ headers: { ...exact, vary: 'Accept, Origin' } }),
  })
  expect(faulty).toMatchObject({
    state: 'fail',
    severity: 'error',
    measured: 'Access-Control-Allow-Origin: *, Access-Control-Allow-Credentials: absent',
  })
  expect(sound).toMatchObject({ state: 'pass' })
})

test('no Vary is a warning', async () => {
  await using server = await serve(steady({ headers: exact }))
  expect(await findingOf('cors/credentials', server.url, { pageOrigin, withCredentials: true })).toMatchObject({
    state: 'fail',
    severity: 'warning',
    measured: 'no Vary: Origin',
  })
})
