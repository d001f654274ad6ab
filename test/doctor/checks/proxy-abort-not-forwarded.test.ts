import { expect, test } from 'vitest'
import { diagnose } from '../../../src/index.js'
import { findingOf } from '../../support/examine.js'
import { findingThrough, startHttpProxy, tieBothEnds } from '../../support/http-proxy.js'
import { serve, steady } from '../../support/stream-server.js'

const id = 'proxy/abort-not-forwarded'

test('http-proxy as it comes fails, and with the hook it passes', async () => {
  const [faulty, sound] = await Promise.all([findingThrough(id, () => {}), findingThrough(id, tieBothEnds)])
  expect(faulty).toMatchObject({
    state: 'fail',
    severity: 'error',
    fixes: [{ stack: 'Vite' }, { stack: 'webpack-dev-server, Create React App' }],
  })
  expect(sound).toMatchObject({ state: 'pass' })
})

test('a proxy that leads elsewhere is not known, with the address to point it to', async () => {
  await using elsewhere = await serve((_request, response) => response.writeHead(404).end())
  const { findings } = await diagnose({ via: elsewhere.url, listen: 0, onlyChecks: [id] })
  expect(findings[0]).toMatchObject({ state: 'unknown', reason: expect.stringMatching(/point the proxy to http:/) })
})

test('by the app’s own count: a front that keeps its streams fails, and one that lets go passes', async () => {
  await using app = await serve((request, response) => {
    if (request.url === '/metrics') response.end(`# TYPE streams gauge\nstreams{kind="sse"} ${app.open - 1}\n`)
    else stream(request, response)
  })
  const stream = steady()
  const metrics = { url: `${app.origin}/metrics`, metric: 'streams' }
  const keeps = await startHttpProxy(Number(new URL(app.origin).port), () => {})
  const lets = await startHttpProxy(Number(new URL(app.origin).port), tieBothEnds)
  const faulty = await findingOf(id, `${keeps.url}/events`, { origin: app.origin, metrics })
  const sound = await findingOf(id, `${lets.url}/events`, { origin: app.origin, metrics })
  await Promise.all([keeps.close(), lets.close()])
  expect(faulty).toMatchObject({ state: 'fail' })
  expect(sound).toMatchObject({ state: 'pass' })
}, 30_000)

test('an app that is itself slow to notice says nothing of the front', async () => {
  let count = 0
  await using app = await serve((request, response) => {
    if (request.url === '/metrics') {
      response.end(`streams ${count}\n`)
      return
    }
    count++
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
  })
  const metrics = { url: `${app.origin}/metrics`, metric: 'streams' }
  expect(await findingOf(id, app.url, { origin: app.origin, metrics })).toMatchObject({
    state: 'unknown',
    reason: expect.stringContaining('the app itself does not count a client out'),
  })
}, 30_000)
