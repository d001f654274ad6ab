/** Listens, and says in plain words why it cannot. */
import type { AddressInfo, Server } from 'node:net'
import { SseCoordError } from '../error.js'

/**
 * Resolves with the port once the server listens.
 *
 * @throws SseCoordError `port-in-use` when the port is taken; `bad-option` when the address cannot be listened on.
 */
export function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => reject(listenError(error, host, port))
    server.once('error', onError)
    try {
      server.listen(port, host, () => {
        server.off('error', onError)
        resolve(server.address() as AddressInfo)
      })
    } catch (error) {
      onError(error as NodeJS.ErrnoException)
    }
  })
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): SseCoordError {
  if (error.code === 'EADDRINUSE') {
    return new SseCoordError('port-in-use', `Port ${port} on ${host} is taken by another program.`, {
      hint: 'Choose another port, or 0 for any free one.',
      cause: error,
    })
  }
  return new SseCoordError('bad-option', `cannot listen on ${host}, port ${port}: ${error.message}`, {
    cause: error,
  })
}
