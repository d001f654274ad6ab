import { expect, test } from 'vitest'
import { findingOf, findingsOf } from '../../support/examine.js'
import { serve, steady } from '../../support/stream-server.js'

test('a redirect is shown, and none is well', async () => {
  const sound = steady()
  const { faulty, sound: without } = await findingsOf('response/redirect', {
    faulty: (request, response) => {
      if (request.url === '/events') response.writeHead(307, { location: '/v2/events?token=abcdefghijkl' }).end()
      else sound(request, response)
    },
    sound,
  })
  expect(faulty).toMatchObject({
    state: 'fail',
    severity: 'info',
    measured: expect.stringMatching(/^307 to http:.*\/v2\/events\?token=\*\*\*$/),
  })
  expect(without).toMatchObject({ state: 'pass', measured: 'no redirect' })
})

test('a chain without end is an error, and soon told', async () => {
  await using server = await serve((_request, response) => response.writeHead(302, { location: '/events' }).end())
  expect(await findingOf('response/redirect', server.url)).toMatchObject({
    state: 'fail',
    severity: 'error',
    measured: expect.stringMatching(/and 16 more; it does not end$/),
  })
})
