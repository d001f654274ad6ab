import http2 from 'node:http2'
import https from 'node:https'
import type net from 'node:net'
import type { AddressInfo } from 'node:net'
import tls from 'node:tls'
import { generate } from 'selfsigned'
import type { Handler } from './stream-server.js'

export interface SecureServer extends AsyncDisposable {
  url: string
}

let certificate: Promise<{ key: string; cert: string }> | undefined

/** One for all tests of a file: making one takes its time. */
export function certify(): Promise<{ key: string; cert: string }> {
  certificate ??= Promise.resolve(generate([{ name: 'commonName', value: 'localhost' }], { keySize: 2048 })).then(
    ({ private: key, cert }) => ({ key, cert }),
  )
  return certificate
}

async function listen(server: net.Server): Promise<SecureServer> {
  const sockets = new Set<net.Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A handler over TLS with a certificate of its own making. */
export async function serveSecurely(
  handler: Handler,
  options: { http2: boolean; settings?: http2.Settings },
): Promise<SecureServer> {
  const identity = await certify()
  if (!options.http2) return listen(https.createServer(identity, handler))
  const server = http2.createSecureServer({
    ...identity,
    allowHTTP1: true,
    ...(options.settings && { settings: options.settings }),
  })
  // The compatibility layer gives both versions the same shape.
  server.on(
    'request',
    handler as unknown as (request: http2.Http2ServerRequest, response: http2.Http2ServerResponse) => void,
  )
  return listen(server)
}

/** Sends `connection: keep-alive` whatever the version, as some frameworks do; Node itself would not over HTTP/2. */
export async function serveConnectionHeader(block: Buffer = headerBlock(fields)): Promise<SecureServer> {
  const server = tls.createServer({ ...(await certify()), ALPNProtocols: ['h2', 'http/1.1'] }, (socket) => {
    socket.on('error', () => {})
    if (socket.alpnProtocol === 'h2') speakHttp2(socket, block)
    else
      socket.once('data', () =>
        socket.write(`HTTP/1.1 200 OK\r\n${fields.map((pair) => pair.join(': ')).join('\r\n')}\r\n\r\ndata: 1\n\n`),
      )
  })
  return listen(server)
}

const fields = [
  ['content-type', 'text/event-stream'],
  ['connection', 'keep-alive'],
]

function speakHttp2(socket: tls.TLSSocket, block: Buffer): void {
  const preface = 24
  let pending = Buffer.alloc(0)
  let skipped = false
  socket.write(frame(4, 0, 0, Buffer.alloc(0)))
  socket.on('data', (bytes) => {
    pending = Buffer.concat([pending, bytes])
    if (!skipped) {
      if (pending.length < preface) return
      pending = pending.subarray(preface)
      skipped = true
    }
    while (pending.length >= 9) {
      const length = pending.readUIntBE(0, 3)
      if (pending.length < 9 + length) return
      const type = pending[3]
      const stream = pending.readUInt32BE(5)
      pending = pending.subarray(9 + length)
      if (type === 1) socket.write(frame(1, 4, stream, block))
    }
  })
}

/** `:status: 200` from the static table, the others as literals. RFC 7541. */
function headerBlock(fields: string[][]): Buffer {
  const literal = (text: string) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)])
  return Buffer.concat([
    Buffer.from([0x88]),
    ...fields.flatMap(([name = '', value = '']) => [Buffer.from([0]), literal(name), literal(value)]),
  ])
}

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}
