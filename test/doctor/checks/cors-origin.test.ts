import { expect, test } from 'vitest'
import { corsOrigin } from '../../../src/doctor/checks/cors-origin.js'
import { findingOf, findingsOf } from '../../support/examine.js'
import { streamOf } from '../../support/stream-evidence.js'
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

test('an origin that app and proxy both allow is allowed by neither', async () => {
  await using server = await serve(steady({ headers: { 'access-control-allow-origin': '*' } }))
  await using twice = await serve((request, response) => {
    response.setHeader('Access-Control-Allow-Origin', ['*', 'https://app.example'])
    steady()(request, response)
  })
  expect(await findingOf('cors/origin', server.url, { pageOrigin })).toMatchObject({ state: 'pass' })
  expect(await findingOf('cors/origin', twice.url, { pageOrigin })).toMatchObject({
    state: 'fail',
    measured: 'Access-Control-Allow-Origin: *, https://app.example, as it was sent more than once',
  })
})

test('a page over https reads no stream over http, unless from its own machine', () => {
  const stream = streamOf('cors/origin', 'pass')
  const conditions = { ...stream.conditions, loopback: false }
  const cors = stream.cors && { ...stream.cors, pageOrigin }
  const other = { ...stream, url: 'http://api.example/events', conditions: { ...conditions, pageOrigin } }
  expect(corsOrigin.judge({ ...other, ...(cors && { cors }) })).toMatchObject({
    state: 'fail',
    measured: 'a page over https:, and the stream over http:',
  })
})
