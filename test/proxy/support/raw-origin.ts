import { type AddressInfo, createServer, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** A target that answers with bytes as they are, piece by piece. */
export interface RawOrigin extends AsyncDisposable {
  url: string
  sockets: Set<Socket>
  /** How many connections have come. */
  readonly connections: number
}

/** Answers each request with the pieces for its path, a moment between them, on the same connection. */
export async function startRawOrigin(piecesFor: (path: string) => (string | Buffer)[]): Promise<RawOrigin> {
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    connections++
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', async (request) => {
      const path = request.toString('latin1').split(' ', 2)[1] ?? ''
      for (const piece of piecesFor(path)) {
        socket.write(piece)
        await wait(10)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets,
    get connections() {
      return connections
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
