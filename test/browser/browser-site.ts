/** A small site on a port of its own: pages, streams, redirects, failures. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

export interface Site {
  origin: string
  /** Streams that are open now. */
  streams: Set<ServerResponse>
  sockets: Set<Socket>
  close(): Promise<void>
}

/**
 * `/events` streams an event each 100 ms until its client leaves, `/short` ends after one event, `/moved` leads to
 * `/events`, `/failing` answers 500, `/silent` never answers; all else is a page with links to `/next`.
 */
export async function startSite(): Promise<Site> {
  const streams = new Set<ServerResponse>()
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://site').pathname
    if (path === '/silent') return
    if (path === '/failing') return void response.writeHead(500).end()
    if (path === '/moved') return void response.writeHead(307, { location: `/events${request.url?.slice(6)}` }).end()
    if (path === '/events' || path === '/short') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      response.write('retry: 100000\ndata: 0\n\n')
      if (path === '/short') return void response.end()
      const timer = setInterval(() => response.write('data: 1\n\n'), 100)
      streams.add(response)
      response.on('close', () => {
        clearInterval(timer)
        streams.delete(response)
      })
      return
    }
    if (path === '/worker.js') {
      response.writeHead(200, { 'content-type': 'text/javascript' })
      return void response.end("new EventSource('/events?worker')")
    }
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end(`<!doctype html><link rel="icon" href="data:,"><title>${path}</title><a href="/next">next</a>`)
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    streams,
    sockets,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
}
