import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** A real target to put behind the proxy; knows its sockets. */
export interface Origin {
  url: string
  port: number
  sockets: Set<Socket>
  requests: IncomingMessage[]
  server: ReturnType<typeof createServer>
  [Symbol.asyncDispose](): Promise<void>
}

export async function startOrigin(listener: RequestListener, host = '127.0.0.1'): Promise<Origin> {
  const sockets = new Set<Socket>()
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    listener(request, response)
  })
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    sockets,
    requests,
    server,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** Answers with the headers of an event stream, and leaves it open. */
export function openStream(response: ServerResponse, headers: Record<string, string> = {}): ServerResponse {
  response.writeHead(200, { 'content-type': 'text/event-stream', ...headers }).flushHeaders()
  return response
}
