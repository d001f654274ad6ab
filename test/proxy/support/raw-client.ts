import { connect, type Socket, type TcpNetConnectOpts } from 'node:net'

/** A client that writes what it is told and keeps what it gets, byte for byte. */
export interface RawClient {
  socket: Socket
  readonly text: string
  readonly closed: boolean
  /** Waits until all of `words` has come. */
  receives(words: string | RegExp): Promise<string>
  ended(): Promise<void>
  write(text: string | Buffer): void
  [Symbol.dispose](): void
}

export async function rawClient(port: number, text = '', options: Partial<TcpNetConnectOpts> = {}): Promise<RawClient> {
  const socket = connect({ port, host: '127.0.0.1', ...options })
  let received = ''
  let closed = false
  const waiters = new Set<() => void>()
  const wake = () => {
    for (const waiter of waiters) waiter()
  }
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    received += chunk
    wake()
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    closed = true
    wake()
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  socket.write(text)
  const until = (condition: () => boolean, what: string) =>
    new Promise<void>((resolve, reject) => {
      const check = () => {
        if (!condition())
          return closed ? reject(new Error(`closed before ${what}; got ${JSON.stringify(received)}`)) : undefined
        waiters.delete(check)
        resolve()
      }
      waiters.add(check)
      check()
    })
  return {
    socket,
    get text() {
      return received
    },
    get closed() {
      return closed
    },
    async receives(words) {
      await until(() => (typeof words === 'string' ? received.includes(words) : words.test(received)), String(words))
      return received
    },
    ended: () => until(() => closed, 'the end'),
    write: (more) => void socket.write(more),
    [Symbol.dispose]: () => void socket.destroy(),
  }
}

/** The header of every EventSource; with it a stream goes past Node's parser. */
export const asStream = { accept: 'text/event-stream' }

/** A GET in HTTP/1.1. */
export function get(path: string, headers: Record<string, string> = {}, host = 'app.test'): string {
  const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`
}
