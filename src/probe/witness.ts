/** A stream server behind the user's own proxy: it sees what the proxy lets it see of its client, and ends on command. */
import http from 'node:http'
import { SseCoordError } from '../error.js'

export interface Witness {
  readonly port: number
  /** The next stream that is asked for; `undefined` where none is within the time. */
  nextStream(withinMs: number): Promise<WitnessedStream | undefined>
  close(): Promise<void>
}

export interface WitnessedStream {
  /** Resolves when the connection under it is gone. */
  gone: Promise<void>
  end(): void
  reset(): void
}

const everyMs = 50

/** @throws SseCoordError `port-in-use` */
export async function startWitness(port: number): Promise<Witness> {
  const arrived: WitnessedStream[] = []
  const waiting: ((stream: WitnessedStream | undefined) => void)[] = []
  const server = http.createServer((_request, response) => {
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    })
    let count = 0
    const timer = setInterval(() => response.write(`id: ${++count}\ndata: ${count}\n\n`), everyMs)
    const gone = new Promise<void>((resolve) => {
      response.once('close', () => {
        clearInterval(timer)
        resolve()
      })
    })
    const stream = { gone, end: () => void response.end(), reset: () => void response.socket?.resetAndDestroy() }
    const next = waiting.shift()
    if (next) next(stream)
    else arrived.push(stream)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new SseCoordError('port-in-use', `Nothing can listen on port ${port}: ${error.message}.`, {
          hint: 'Stop what listens there, or name another with --listen and point the proxy to it.',
        }),
      ),
    )
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as { port: number }).port,
    nextStream(withinMs) {
      const first = arrived.shift()
      if (first) return Promise.resolve(first)
      return new Promise((resolve) => {
        const give = (stream: WitnessedStream | undefined) => {
          clearTimeout(timer)
          resolve(stream)
        }
        const timer = setTimeout(() => {
          waiting.splice(waiting.indexOf(give), 1)
          resolve(undefined)
        }, withinMs)
        waiting.push(give)
      })
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
