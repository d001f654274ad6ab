import net from 'node:net'
import { expect, test } from 'vitest'
import { connectionUnreachable } from '../../../src/doctor/checks/connection-unreachable.js'
import { findingOf } from '../../support/examine.js'
import { streamOf } from '../../support/stream-evidence.js'
import { serve } from '../../support/stream-server.js'

test('a closed port, a server that is silent and one that speaks no HTTP each have their words', async () => {
  await using gone = await serve(() => {})
  const closed = gone.url
  await gone[Symbol.asyncDispose]()
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
