/** A FastCGI application that streams events, as PHP-FPM would: enough of the protocol for a front to talk to. */
import net, { type AddressInfo } from 'node:net'

const params = 4
const stdout = 6
const headLength = 8

export interface FastCgi extends AsyncDisposable {
  /** `fcgi://127.0.0.1:9000` */
  url: string
}

/** @param everyMs from one event to the next; each says when it was sent */
export async function serveFastCgi(everyMs: number): Promise<FastCgi> {
  const sockets = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    sockets.add(socket)
    let pending = Buffer.alloc(0)
    let timer: NodeJS.Timeout | undefined
    const write = (request: number, text: string) => void socket.write(record(stdout, request, text))
    socket.on('data', (bytes) => {
      pending = Buffer.concat([pending, bytes])
      while (pending.length >= headLength) {
        const [type, request, length] = [pending[1], pending.readUInt16BE(2), pending.readUInt16BE(4)]
        const whole = headLength + length + (pending[6] ?? 0)
        if (pending.length < whole) return
        pending = pending.subarray(whole)
        // An empty record ends the parameters: from here on the request is known.
        if (type !== params || length > 0) continue
        write(request, 'Status: 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n\r\n')
        timer = setInterval(() => write(request, `data: ${Date.now()}\n\n`), everyMs)
      }
    })
    socket.on('error', () => {})
    socket.once('close', () => {
      clearInterval(timer)
      sockets.delete(socket)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `fcgi://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function record(type: number, request: number, text: string): Buffer {
  const content = Buffer.from(text)
  const head = Buffer.alloc(headLength)
  head.writeUInt8(1, 0)
  head.writeUInt8(type, 1)
  head.writeUInt16BE(request, 2)
  head.writeUInt16BE(content.length, 4)
  return Buffer.concat([head, content])
}
