/** Reads the body of a request, up to a bound, as text. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { say } from './respond.js'

/** Enough for any event that is worth sending. */
export const maxBodyBytes = 1_048_576
/** A client that does not come to an end is not waited for. */
const maxBodyMs = 15_000

/** The body; `undefined` when the client left, or was told that its body is too large, too slow or no UTF-8. */
export async function readBody(request: IncomingMessage, response: ServerResponse): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  let timer: NodeJS.Timeout | undefined
  const end = await new Promise<'complete' | 'gone' | 'large' | 'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), maxBodyMs)
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > maxBodyBytes) resolve('large')
      else chunks.push(chunk)
    })
    request.once('end', () => resolve('complete'))
    request.once('close', () => resolve('gone'))
    request.once('error', () => resolve('gone'))
    response.once('close', () => resolve('gone'))
  })
  clearTimeout(timer)
  if (end === 'complete') {
    const text = decode(Buffer.concat(chunks))
    if (text === undefined) say(response, 400, 'The body is no UTF-8.')
    return text
  }
  request.removeAllListeners('data')
  request.resume() // what still comes is let through to nowhere, so that the answer is read; then the connection closes
  response.shouldKeepAlive = false
  if (end === 'large') say(response, 413, `The body is larger than ${maxBodyBytes} bytes, the most that is taken here.`)
  if (end === 'late') say(response, 408, 'The body did not come to its end in 15 s.')
  return undefined
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
