import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { startApp } from '../../src/budget/start-app.js'
import { openStream } from '../../src/client/index.js'
import { connectFailure, isReset } from '../../src/client/stream-failure.js'
import { describeFailure } from '../../src/proxy/error-page.js'
import { createProxy } from '../../src/proxy/index.js'
import { isCut } from '../../src/proxy/outgoing-request.js'
import { freePort } from '../support/free-port.js'

const systemError = (code: string) => Object.assign(new Error(`connect ${code}`), { code })

/** A stream at an address of its own; what asked for it is in `hosts`. */
async function serve() {
  const hosts: (string | undefined)[] = []
  const server = createServer(({ headers }, response) => {
    hosts.push(headers.host)
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { hosts, port: (server.address() as AddressInfo).port }
}

test('names below localhost are of this machine, though its resolver may know none of them', async () => {
  const { hosts, port } = await serve()
  const own = `shop.localhost:${port}`
  const answer = await openStream({ url: new URL(`http://${own}/events`) })
  expect(answer.status).toBe(200)
  await answer.close()
  await using proxy = await createProxy({ target: `http://${own}` })
  const passed = await fetch(`${proxy.url}/events`)
  expect(passed.status).toBe(200)
  await passed.body?.cancel()
  expect(hosts).toHaveLength(2)
  expect(hosts[0]).toBe(own)
})

test('an app at such a name is seen to answer', async () => {
  const port = await freePort()
  const code = `require('node:http').createServer((q,r)=>r.end()).listen(${port},'127.0.0.1')`
  await using child = await startApp({
    command: `${JSON.stringify(process.execPath)} -e ${JSON.stringify(code)}`,
    cwd: process.cwd(),
    env: process.env,
    url: `http://shop.localhost:${port}/`,
    timeoutMs: 30_000,
    signal: new AbortController().signal,
  })
  expect(child.pid).toBeGreaterThan(0)
})

test('that one address was refused is told before what another lacked', () => {
  const both = new AggregateError([systemError('EADDRNOTAVAIL'), systemError('ECONNREFUSED')])
  const url = new URL('http://localhost:3000/')
  expect(connectFailure(url, 'connect', both, 1).message).toContain('nothing listens there')
  expect(describeFailure(url.host, both).text).toContain('Nothing listens there')
  expect(describeFailure(url.host, systemError('EADDRNOTAVAIL')).text).toContain('this machine is localhost')
})

test('a break that Windows calls an abort is a break', () => {
  expect(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ETIMEDOUT', null].map(isReset)).toEqual([
    true,
    true,
    true,
    false,
    false,
  ])
  expect(isCut(systemError('ECONNABORTED'))).toBe(true)
})
