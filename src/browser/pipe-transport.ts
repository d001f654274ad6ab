/**
 * The DevTools protocol over two pipes instead of a port: nobody else can reach the browser, and it ends by itself when
 * this process is gone. Messages are JSON texts, each followed by a NUL byte.
 */
import type { Readable, Writable } from 'node:stream'
import type { ConnectionTransport } from 'puppeteer-core'

/** A message that is not complete after so many bytes is a fault: the pipe is then given up. */
const longestMessageBytes = 256 * 1024 * 1024

export function createPipeTransport(output: Writable, input: Readable): ConnectionTransport {
  let pending: Buffer[] = []
  let pendingBytes = 0
  let closed = false

  const transport: ConnectionTransport = {
    send(message) {
      if (!closed && output.writable) output.write(`${message}\0`)
    },
    close() {
      closed = true
      input.destroy()
      output.destroy()
    },
  }

  input.on('data', (chunk: Buffer) => {
    let from = 0
    for (let end = chunk.indexOf(0); end !== -1; end = chunk.indexOf(0, from)) {
      const message = Buffer.concat([...pending, chunk.subarray(from, end)]).toString()
      pending = []
      pendingBytes = 0
      from = end + 1
      // One turn for each message: what the first one resolves runs before the second is looked at.
      setImmediate(() => closed || transport.onmessage?.(message))
    }
    const rest = chunk.subarray(from)
    if (rest.length === 0) return
    pending.push(rest)
    pendingBytes += rest.length
    if (pendingBytes > longestMessageBytes) input.destroy()
  })
  input.on('close', () => {
    closed = true
    transport.onclose?.()
  })
  // A pipe to a browser that died breaks; its close, above, says so.
  for (const stream of [input, output]) stream.on('error', () => {})
  return transport
}
