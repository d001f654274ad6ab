import { expect, test } from 'vitest'
import { authTokenInUrl } from '../../../src/doctor/checks/auth-token-in-url.js'
import { diagnose } from '../../../src/index.js'
import { findSecrets } from '../../../src/probe/secrets-in-url.js'
import { streamOf } from '../../support/stream-evidence.js'
import { serve, steady } from '../../support/stream-server.js'

test('a token in the query fails and is shown nowhere, and a short word passes', async () => {
  await using server = await serve(steady())
  const secret = 'eGh7Q2pLkZ9vTq4WmN1xRs8YbD3fJc6A'
  let saved = ''
  const options = { for: 1000, onlyChecks: ['auth', 'response/status'] }
  const [faulty, sound] = await Promise.all([
    diagnose({
      ...options,
      urls: [`${server.url}?token=${secret}&room=1`],
      onEvidence: (one) => {
        saved = JSON.stringify(one)
      },
    }),
    diagnose({ ...options, urls: [`${server.url}?session=none`] }),
  ])
  expect(faulty.findings.at(-1)).toMatchObject({ state: 'fail', severity: 'warning', measured: 'token, 32 characters' })
  expect(sound.findings.at(-1)).toMatchObject({ state: 'pass' })
  expect(JSON.stringify(faulty)).not.toContain(secret)
  expect(saved).toContain('room=1')
  expect(saved).not.toContain(secret)
})

test.each([
  [11, 200, 'pass'],
  [12, 39, 'pass'],
  [12, 40, 'fail'],
])('%i characters of %i bits come to %s', (length, bits, state) => {
  const stream = streamOf('auth/token-in-url', 'fail')
  expect(authTokenInUrl.judge({ ...stream, secrets: [{ name: 'key', length, bits }] }).state).toBe(state)
})

test.each([
  ['key=general-discussion-room', 'pass'],
  ['session=175928847299117063', 'pass'],
  ['key=general-discussion-7f3a9c2e', 'fail'],
])('?%s comes to %s', (query, state) => {
  const secrets = findSecrets(new URL(`http://localhost/events?${query}`))
  expect(authTokenInUrl.judge({ ...streamOf('auth/token-in-url', 'fail'), secrets }).state).toBe(state)
})
