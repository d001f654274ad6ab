import net from 'node:net'
import { expect, test } from 'vitest'
import { connectionUnreachable } from '../../../src/doctor/checks/connection-unreachable.js'
import { diagnose } from '../../../src/index.js'
import { findingOf } from '../../support/examine.js'
import { freePort } from '../../support/free-port.js'
import { streamOf } from '../../support/stream-evidence.js'
import { serve, steady } from '../../support/stream-server.js'

test('a closed port, a server that is silent and one that speaks no HTTP each have their words', async () => {
  const closed = `http://127.0.0.1:${await freePort()}/`
  await using silent = await serve(() => {})
  const noHttp = net.createServer((socket) => socket.end('hello\r\n'))
  await new Promise<void>((resolve) => noHttp.listen(0, '127.0.0.1', resolve))
  const { port } = noHttp.address() as net.AddressInfo
  const [one, two, three] = await Promise.all([
    findingOf('connection/unreachable', closed),
    findingOf('connection/unreachable', silent.url),
    findingOf('connection/unreachable', `http://127.0.0.1:${port}/`),
  ])
  noHttp.close()
  expect(one).toMatchObject({ state: 'fail', measured: expect.stringContaining('ECONNREFUSED') })
  expect(two).toMatchObject({ state: 'fail', measured: expect.stringMatching(/did not answer in/) })
  expect(three).toMatchObject({ state: 'fail', measured: expect.stringMatching(/not HTTP/) })
})

test('a name that does not exist is told as that', async () => {
  const finding = await findingOf('connection/unreachable', 'http://no-such-host.invalid/')
  expect(finding).toMatchObject({ state: 'fail', measured: expect.stringMatching(/^the name was not found/) })
})

test('an answer passes, whatever it says', async () => {
  await using server = await serve((_request, response) => response.writeHead(500).end())
  expect(await findingOf('connection/unreachable', server.url)).toMatchObject({ state: 'pass' })
})

test('a run that ended before an answer came is no proof', () => {
  const { watch: [first] = [], ...stream } = streamOf('connection/unreachable', 'fail')
  if (!first) throw new Error('no connection')
  const watch = [{ ...first, end: { ...first.end, how: 'left' as const, code: null } }]
  expect(connectionUnreachable.judge({ ...stream, watch }).state).toBe('unknown')
})

/** Begins a stream on each connection, and resets it at once on those before `lastsFrom`. */
async function breakingOff(lastsFrom: number): Promise<net.Server> {
  let count = 0
  const server = net.createServer((socket) => {
    const number = ++count
    socket.on('error', () => {})
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\nretry: 100\n\n')
      if (number < lastsFrom) setTimeout(() => socket.resetAndDestroy(), 20)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

test('an answer that breaks off at once, each time, is none; one that did so once is', async () => {
  const servers = [await breakingOff(Number.POSITIVE_INFINITY), await breakingOff(2)]
  const [always, once] = await Promise.all(
    servers.map((server) => {
      const { port } = server.address() as net.AddressInfo
      return findingOf('connection/unreachable', `http://127.0.0.1:${port}/`, { for: 2500 })
    }),
  )
  for (const server of servers) server.close()
  const measured = expect.stringMatching(/^\d+ connections, and each broke off, the first after \d+ ms: /)
  expect(always).toMatchObject({ state: 'fail', measured })
  expect(once).toMatchObject({ state: 'pass' })
})

test('where the app itself answers, it is what stands in front that is named', async () => {
  await using app = await serve(steady())
  await using front = await serve(() => {})
  const watched = await diagnose({ urls: [front.url], origin: app.origin, for: 1500 })
  expect(watched.findings.find(({ id }) => id === 'connection/unreachable')?.fixes).toMatchObject([
    { stack: 'in front of the app', snippet: expect.stringContaining('delivery/buffered') },
  ])
  expect(watched.findings.find(({ id }) => id === 'delivery/buffered')).toMatchObject({ state: 'fail' })
})
