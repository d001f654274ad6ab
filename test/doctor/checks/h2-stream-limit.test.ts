import { expect, test } from 'vitest'
import { findingOf } from '../../support/examine.js'
import { serveSecurely } from '../../support/secure-server.js'
import { steady } from '../../support/stream-server.js'

test('a limit below the tabs fails, and Node’s own passes', async () => {
  await using few = await serveSecurely(steady() as never, { http2: true, settings: { maxConcurrentStreams: 5 } })
  await using many = await serveSecurely(steady() as never, { http2: true })
  const [faulty, sound] = await Promise.all([
    findingOf('h2/stream-limit', few.url, { insecure: true }),
    findingOf('h2/stream-limit', many.url, { insecure: true }),
  ])
  expect(faulty).toMatchObject({ state: 'fail', limit: 14, actual: 5, measured: '5 streams to a connection' })
  expect(sound).toMatchObject({ state: 'pass' })
})
