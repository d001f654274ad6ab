/** CONNECT: a tunnel through which TLS and WebSockets pass unseen. RFC 9110, section 9.3.6. */
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { bareHostname, portOf } from './destination.js'
import { endTogether } from './end-together.js'
import type { Upstream } from './upstream.js'

/** The server that a CONNECT request names, `host:port`; `undefined` when it names none. */
export function readAuthority(request: IncomingMessage): { hostname: string; port: number } | undefined {
  const authority = request.url ?? ''
  if (!/^[^/?#@\s]+:\d{1,5}$/.test(authority) || !URL.canParse(`https://${authority}`)) return undefined
  const url = new URL(`https://${authority}`)
  return { hostname: bareHostname(url), port: portOf(url) }
}

/** What a tunnel tells its owner. */
export interface TunnelEvents {
  onFailure(error: Error): void
  /** The client's first bytes begin a TLS handshake. */
  onTls(): void
  /** They do not; browsers tunnel plain text for WebSockets alone. */
  onPlainText(): void
}

const tlsHandshake = 0x16

/** Connects the client with the server; each end is told when the other dies. */
export function openTunnel(
  upstream: Upstream,
  server: { hostname: string; port: number },
  client: Socket,
  head: Buffer,
  events: TunnelEvents,
): void {
  const socket = upstream.connect(server.hostname, server.port)
  let isOpen = false
  client.once('close', () => socket.destroy())
  client.on('error', () => client.destroy())
  socket.on('error', (error) => {
    if (isOpen) client.destroy()
    else events.onFailure(error)
  })
  socket.once('connect', () => {
    isOpen = true
    endTogether(client, socket)
    client.write('HTTP/1.1 200 Connection established\r\n\r\n')
    if (head.length > 0) client.unshift(head)
    client.once('data', (chunk: Buffer) => {
      if (chunk[0] === tlsHandshake) events.onTls()
      else events.onPlainText()
    })
    client.pipe(socket).pipe(client)
  })
}
