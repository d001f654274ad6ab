/**
 * A socket as a plain stream. Node's HTTP/2 takes over the inside of a TLS socket that it is given, and then a reset of the
 * connection looks like its end; read as a stream, the socket tells one from the other.
 */
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'

export function readByStream(socket: Socket): Duplex {
  const stream = new Duplex({
    read: () => void socket.resume(),
    write: (chunk: Buffer, _encoding, done) => void socket.write(chunk, (error) => done(error)),
    final: (done) => void socket.end(() => done()),
    destroy(error, done) {
      socket.destroy()
      done(error)
    },
  })
  socket.on('data', (chunk: Buffer) => {
    if (!stream.push(chunk)) socket.pause()
  })
  socket.once('end', () => stream.push(null))
  socket.once('close', () => stream.destroy())
  return stream
}
