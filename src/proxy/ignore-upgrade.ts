/**
 * A request that offers another protocol than WebSocket goes the way of every other, since an upgrade may be ignored: RFC 9110,
 * section 7.8. curl offers h2c with every request under --http2, and so do clients in Java. Node has let go of the connection by
 * then, with the body unread: it is given the connection once more, and the head without the offer.
 */
import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import { rawPairs } from './hop-by-hop.js'

/** Has the server read the request again, its body and all that follows; the connection is the one that it was. */
export function ignoreUpgrade(server: Server, request: IncomingMessage, socket: Socket, head: Buffer): void {
  socket.unshift(Buffer.concat([headWithoutOffer(request), head]))
  server.emit('encrypted' in socket ? 'secureConnection' : 'connection', socket)
}

/** As it came, but for white space. */
function headWithoutOffer({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const fields = rawPairs(rawHeaders).filter(([name]) => name.toLowerCase() !== 'upgrade')
  const lines = [`${method} ${url} HTTP/${httpVersion}`, ...fields.map(([name, value]) => `${name}:${value}`)]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
}
