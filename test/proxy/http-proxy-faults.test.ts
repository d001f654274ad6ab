/**
 * What http-proxy 1.18.1 gets wrong with streams, each with the bare package and with ours in the same scene: a cure that
 * is taken away, or no longer needed, makes its line red.
 */
import http, { Agent, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createProxy } from '../../src/proxy/index.js'
import { loadHttpProxy } from '../../src/proxy/load-http-proxy.js'
import { type Origin, openStream, startOrigin } from './support/origin.js'
import { get, type RawClient, rawClient } from './support/raw-client.js'

/** The package as it comes, with connections that are kept, as everybody sets it who wants speed. */
async function startBare(target: string): Promise<{ port: number } & AsyncDisposable> {
  const agent = new Agent({ keepAlive: true })
  const proxy = loadHttpProxy().createProxyServer({ target, agent })
  proxy.on('error', () => {})
  const server = http.createServer((request, response) => proxy.web(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      agent.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

interface Scene {
  answer(request: IncomingMessage, response: ServerResponse): void
  request?: string
  /** Plays until it is clear whether all went well. */
  goesWell(client: RawClient, origin: Origin, comes: Comes): Promise<boolean>
}

/** Whether something happens before patience ends. */
type Comes = (condition: () => boolean) => Promise<boolean>

/** What is to happen may take long on a busy machine; what is not to is not waited for as long. */
const patience = { longMs: 10_000, shortMs: 700 }

const comesWithin =
  (ms: number): Comes =>
  async (condition) => {
    for (const begun = performance.now(); performance.now() - begun < ms; ) {
      if (condition()) return true
      await wait(5)
    }
    return condition()
  }

const hasStream = ({ text }: RawClient) => text.includes('data: 1')
const startStream = (_request: IncomingMessage, response: ServerResponse) =>
  void openStream(response).write('data: 1\n\n')
const smuggled = get('/smuggled')
const chunkedWith = (method: string) =>
  `${method} / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`
async function noSmuggling(client: RawClient, origin: Origin): Promise<boolean> {
  const isSmuggled = () => origin.requests.some(({ url }) => url === '/smuggled')
  await comesWithin(patience.longMs)(() => client.closed || isSmuggled())
  await wait(100)
  return !isSmuggled()
}

const scenes: Record<string, Scene> = {
  'the target is told that the client has left': {
    answer: startStream,
    async goesWell(client, origin, comes) {
      await comes(() => hasStream(client))
      client.socket.destroy()
      return comes(() => origin.sockets.size === 0)
    },
  },
  'the target is told that the client has reset': {
    answer: startStream,
    async goesWell(client, origin, comes) {
      await comes(() => hasStream(client))
      client.socket.resetAndDestroy()
      return comes(() => origin.sockets.size === 0)
    },
  },
  'the client is told that the target has ended in the middle of a stream': {
    answer: startStream,
    async goesWell(client, origin, comes) {
      await comes(() => hasStream(client))
      for (const socket of origin.sockets) socket.end()
      return comes(() => client.closed)
    },
  },
  'headers come before the first event': {
    answer: (_request, response) => void openStream(response),
    goesWell: (client, _origin, comes) => comes(() => client.text.includes('\r\n\r\n')),
  },
  'the chunked body of a DELETE is no second request': {
    request: chunkedWith('DELETE'),
    answer: (_request, response) => void response.end('ok'),
    goesWell: noSmuggling,
  },
  'the chunked body of an OPTIONS is no second request': {
    request: chunkedWith('OPTIONS'),
    answer: (_request, response) => void response.end('ok'),
    goesWell: noSmuggling,
  },
  'hop-by-hop headers do not pass': {
    request: get('/', { connection: 'keep-alive, x-hop', 'x-hop': '1', te: 'gzip' }),
    answer: (_request, response) =>
      void response.writeHead(200, { connection: 'keep-alive, x-back', 'x-back': '1' }).end('ok'),
    async goesWell(client, origin, comes) {
      await comes(() => /ok(\r\n0\r\n\r\n)?$/.test(client.text))
      const { headers } = origin.requests[0] as IncomingMessage
      return !('x-hop' in headers) && !('te' in headers) && !client.text.includes('x-back')
    },
  },
  'trailers pass': {
    answer(_request, response) {
      response.writeHead(200, { trailer: 'x-sum' }).write('body')
      response.addTrailers({ 'x-sum': '7' })
      response.end()
    },
    goesWell: (client, _origin, comes) => comes(() => /x-sum: 7/i.test(client.text)),
  },
  'early hints pass': {
    answer(_request, response) {
      response.writeEarlyHints({ link: '</a.css>; rel=preload; as=style' })
      response.end('ok')
    },
    goesWell: (client, _origin, comes) => comes(() => client.text.startsWith('HTTP/1.1 103 ')),
  },
  'paths arrive as they were sent': {
    request: get('//a//b'),
    answer: (_request, response) => void response.end('ok'),
    async goesWell(client, origin, comes) {
      await comes(() => /ok(\r\n0\r\n\r\n)?$/.test(client.text))
      return origin.requests[0]?.url === '//a//b'
    },
  },
}

const ways = [
  ['http-proxy alone', false],
  ['sse-coord', true],
] as const

for (const [name, { answer, request = get('/', { accept: 'text/event-stream' }), goesWell }] of Object.entries(
  scenes,
)) {
  test.each(ways)(`${name}: %s, %s`, async (_who, isCured) => {
    await using origin = await startOrigin(answer)
    await using proxy = isCured ? await createProxy({ target: origin.url }) : await startBare(origin.url)
    using client = await rawClient(proxy.port, request)
    const comes = comesWithin(isCured ? patience.longMs : patience.shortMs)
    expect(await goesWell(client, origin, comes)).toBe(isCured)
  })
}
