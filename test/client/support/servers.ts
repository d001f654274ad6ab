import { createServer as createHttp, type RequestListener } from 'node:http'
import {
  createServer as createHttp2,
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2'
import { createServer as createHttps } from 'node:https'
import { type AddressInfo, connect, createServer as createTcp, type Server, type Socket } from 'node:net'
import { generate } from 'selfsigned'
import { onTestFinished } from 'vitest'

/** A server on port 0 that is gone when its test is, and knows its sockets. */
export interface Served {
  url: URL
  port: number
  sockets: Set<Socket>
}

async function listen(server: Server, scheme: 'http' | 'https'): Promise<Served> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    await closed
  })
  const { port } = server.address() as AddressInfo
  return { url: new URL(`${scheme}://127.0.0.1:${port}/events`), port, sockets }
}

/** Speaks whatever `onRequest` writes, once a whole head has come. */
export function serveRaw(onRequest: (socket: Socket, head: string) => void): Promise<Served> {
  const server = createTcp((socket) => {
    let head = ''
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      const wasWhole = head.includes('\r\n\r\n')
      head += text
      if (!wasWhole && head.includes('\r\n\r\n')) onRequest(socket, head)
    })
  })
  return listen(server, 'http')
}

/** Passes bytes on to another port; its sockets can be reset. */
export function serveRelay(port: number): Promise<Served> {
  const server = createTcp((socket) => {
    const onward = connect(port, '127.0.0.1').on('error', () => {})
    socket.pipe(onward).pipe(socket)
    socket.once('close', () => onward.destroy())
  })
  return listen(server, 'http')
}

export const serve = (listener: RequestListener) => listen(createHttp(listener), 'http')

type Http2Listener = (request: Http2ServerRequest, response: Http2ServerResponse) => void

/** HTTP/2 without TLS. */
export const serveCleartext2 = (listener: Http2Listener, settings = {}) =>
  listen(createHttp2({ settings }, listener), 'http')

let certificate: Promise<{ key: string; cert: string }> | undefined

/** A certificate for 127.0.0.1, its own authority. */
export function certify(): Promise<{ key: string; cert: string }> {
  certificate ??= generate([{ name: 'commonName', value: 'client.test' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  }).then((made) => ({ key: made.private, cert: made.cert }))
  return certificate
}

export const serveTls = async (listener: RequestListener) => listen(createHttps(await certify(), listener), 'https')

/** HTTP/2 over TLS; `allowHTTP1` for both. */
export const serveTls2 = async (listener: Http2Listener, allowHTTP1 = true) =>
  listen(createSecureServer({ ...(await certify()), allowHTTP1 }, listener), 'https')

/** Resolves once nobody is connected any more. */
export async function untilEmpty(served: Served): Promise<void> {
  while (served.sockets.size > 0) await new Promise((resolve) => setTimeout(resolve, 2))
}

/** All of a body as text. */
export async function textOf(chunks: AsyncIterable<{ bytes: Uint8Array }>): Promise<string> {
  let text = ''
  for await (const { bytes } of chunks) text += Buffer.from(bytes).toString('latin1')
  return text
}
