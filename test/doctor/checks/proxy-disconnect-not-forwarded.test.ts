import { expect, test } from 'vitest'
import { findingOf } from '../../support/examine.js'
import { findingThrough, tieBothEnds } from '../../support/http-proxy.js'
import { serve } from '../../support/stream-server.js'

const id = 'proxy/disconnect-not-forwarded'

test('http-proxy as it comes fails, and with the hook it passes', async () => {
  const [faulty, sound] = await Promise.all([findingThrough(id, () => {}), findingThrough(id, tieBothEnds)])
  expect(faulty).toMatchObject({
    state: 'fail',
    severity: 'error',
    measured: expect.stringMatching(/^the app’s stream was reset/),
  })
  expect(sound).toMatchObject({ state: 'pass' })
})

test('with --origin: an end that the front hides fails, and one that it passes on passes', async () => {
  await using app = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: 1\n\n')
    setTimeout(() => response.end(), 500)
  })
  await using hides = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: 1\n\n')
  })
  const [faulty, sound] = await Promise.all([
    findingOf(id, hides.url, { origin: app.origin, for: 3000 }),
    findingOf(id, app.url, { origin: app.origin, for: 3000 }),
  ])
  expect(faulty).toMatchObject({ state: 'fail', measured: expect.stringMatching(/^the app’s stream ended/) })
  expect(sound).toMatchObject({ state: 'pass' })
})

test('an app that ends its streams at any age says nothing of the front', async () => {
  const ages = [400, 9000, 9000]
  await using app = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: 1\n\n')
    const timer = setTimeout(() => response.end(), ages.shift())
    response.once('close', () => clearTimeout(timer))
  })
  await using front = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: 1\n\n')
  })
  expect(await findingOf(id, front.url, { origin: app.origin, for: 3000 })).toMatchObject({
    state: 'unknown',
    reason: expect.stringContaining('--via tells'),
  })
})
