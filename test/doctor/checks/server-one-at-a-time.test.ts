import compression from 'compression'
import express from 'express'
import { expect, test } from 'vitest'
import { findingOf, findingsOf } from '../../support/examine.js'
import { type Handler, serve, steady } from '../../support/stream-server.js'

/** Serves the next only when the one before has gone, as one worker does that never leaves its loop. */
function oneByOne(serveOne: Handler): Handler {
  let last = Promise.resolve()
  return (request, response) => {
    const turn = last
    last = turn.then(() => new Promise((resolve) => response.once('close', resolve)))
    void turn.then(() => !response.destroyed && serveOne(request, response))
  }
}

test('a server that answers nobody while a stream is open fails, and one that answers passes', async () => {
  const { faulty, sound } = await findingsOf('server/one-at-a-time', {
    for: 6000,
    faulty: oneByOne(steady()),
    sound: steady(),
  })
  expect(faulty).toMatchObject({
    state: 'fail',
    severity: 'error',
    measured: expect.stringMatching(/^no answer to another connection in .+ and .+, while the first, answered in /),
  })
  expect(sound).toMatchObject({ state: 'pass', measured: expect.stringContaining('beside the first') })
})

test('a compressor that keeps the headers back is told from a server that is busy', async () => {
  const app = express()
  app.use(compression())
  app.use(steady({ headers: { 'cache-control': 'no-cache' } }))
  await using server = await serve(app)
  expect(await findingOf('server/one-at-a-time', server.url, { for: 6000 })).toMatchObject({ state: 'pass' })
  expect(await findingOf('delivery/compressed', server.url, { for: 6000 })).toMatchObject({ state: 'fail' })
})
