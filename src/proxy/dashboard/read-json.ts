/** Reads a small JSON object from a request. */
import type { IncomingMessage } from 'node:http'

/** A body that is not taken. */
export class BodyError extends Error {
  readonly status: 400 | 413 | 415

  constructor(status: 400 | 413 | 415, message: string) {
    super(message)
    this.status = status
  }
}

/**
 * Reads the body.
 *
 * @throws BodyError when it is no JSON object, not sent as `application/json`, or larger than `mostBytes`.
 */
export async function readJson(request: IncomingMessage, mostBytes: number): Promise<Record<string, unknown>> {
  // A form of a foreign page cannot send this type.
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new BodyError(415, 'The body must be application/json.')
  }
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > mostBytes) throw new BodyError(413, `The body may have ${mostBytes} bytes at most.`)
    chunks.push(chunk)
  }
  let value: unknown
  try {
    value = JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    value = undefined
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new BodyError(400, 'The body must be a JSON object.')
  }
  return value as Record<string, unknown>
}
