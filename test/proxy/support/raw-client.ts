import { connect, type Socket, type TcpNetConnectOpts } from 'node:net'

/** A client that writes what it is told and keeps what it gets, byte for byte. */
export interface RawClient {
  socket: Socket
  readonly text: string
  readonly closed: boolean
  /** Waits until `words` have come; an expression is tried on all of the text with each chunk, which suits short ones. */
  receives(words: string | RegExp): Promise<string>
  ended(): Promise<void>
  write(text: string | Buffer): void
  [Symbol.dispose](): void
}

export async function rawClient(port: number, text = '', options: Partial<TcpNetConnectOpts> = {}): Promise<RawClient> {
  const socket = connect({ port, host: '127.0.0.1', ...options })
  let received = ''
  let closed = false
  const waiters = new Set<(chunk: string) => void>()
  const wake = (chunk: string) => {
    for (const waiter of waiters) waiter(chunk)
  }
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    received += chunk
    wake(chunk)
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    closed = true
    wake('')
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  socket.write(text)
  const until = (condition: (chunk: string) => boolean, what: string) =>
    new Promise<void>((resolve, reject) => {
      const check = (chunk: string) => {
        if (!condition(chunk))
          return closed ? reject(new Error(`closed before ${what}; got ${JSON.stringify(received)}`)) : undefined
        waiters.delete(check)
        resolve()
      }
      waiters.add(check)
      check(received)
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
      await until(typeof words === 'string' ? lookFor(words) : () => words.test(received), String(words))
      return received
    },
    ended: () => until(() => closed, 'the end'),
    write: (more) => void socket.write(more),
    [Symbol.dispose]: () => void socket.destroy(),
  }
}

/** Whether the words have come with this chunk or before. Looks at each byte once, however much comes. */
function lookFor(words: string): (chunk: string) => boolean {
  let seam = ''
  return (chunk) => {
    const text = seam + chunk
    seam = text.slice(Math.max(0, text.length - words.length + 1))
    return text.includes(words)
  }
}

/** The header of every EventSource; with it a stream goes past Node's parser. */
export const asStream = { accept: 'text/event-stream' }

/** A GET in HTTP/1.1. */
export function get(path: string, headers: Record<string, string> = {}, host = 'app.test'): string {
  const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`
}
