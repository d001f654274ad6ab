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
  const [reason, hint] = reasonOf(error, port)
  const words = `sse-coord cannot listen on ${host}, port ${port}: ${reason}.`
  return new SseCoordError('bad-option', words, { ...(hint ? { hint } : {}), cause: error })
}

const ofThisMachine = 'A name or address of this machine is needed: 127.0.0.1, or 0.0.0.0 to let others in.'

/** Below 1024 ports are refused by most systems, above by Windows alone: to keep them for Hyper-V, WSL or Docker. */
const ofWindows =
  'Choose another port, or 0 for any free one. Windows keeps some for itself: netsh int ipv4 show excludedportrange tcp'

/** What is wrong, and what to do where that is known. */
function reasonOf({ code, message }: NodeJS.ErrnoException, port: number): [reason: string, hint?: string] {
  switch (code) {
    case 'EACCES':
      return ['permission denied', port > 1023 ? ofWindows : 'Choose a port above 1023, or 0 for any free one.']
    case 'EADDRNOTAVAIL':
      return ['it is no address of this machine', ofThisMachine]
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return ['that name has no address', ofThisMachine]
    default:
      return [message]
  }
}
