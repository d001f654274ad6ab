/** What a client gets that speaks plain HTTP to a server of TLS: a sentence, where TLS alone would just hang up. */
import type { Server, Socket } from 'node:net'

const text = 'This server speaks TLS: the address begins with https, not http.\n'

/** A client that does not hang up by itself is cut then. */
const lingerMs = 1000

const answer =
  'HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\nx-content-type-options: nosniff\r\n' +
  `connection: close\r\ncontent-length: ${text.length}\r\n\r\n${text}`

/** Has a server of TLS answer such clients; any other failed handshake ends without a word, as before. */
export function answerPlainHttp(server: Server): void {
  /** Connections whose handshake is not over, by the port of the client: the failed one itself can no longer be written to. */
  const shaking = new Map<number | undefined, Socket>()
  server.on('connection', (socket: Socket) => {
    const { remotePort } = socket
    shaking.set(remotePort, socket)
    socket.once('close', () => {
      if (shaking.get(remotePort) === socket) shaking.delete(remotePort)
    })
  })
  server.on('secureConnection', ({ remotePort }: Socket) => void shaking.delete(remotePort))
  server.on('tlsClientError', (error: NodeJS.ErrnoException, { remotePort }: Socket) => {
    const socket = shaking.get(remotePort)
    shaking.delete(remotePort)
    if (!socket || error.code !== 'ERR_SSL_HTTP_REQUEST') return
    socket.on('error', () => {})
    socket.setTimeout(lingerMs, () => socket.destroy())
    socket.end(answer)
  })
}
