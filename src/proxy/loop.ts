/**
 * Detects requests that come back to the proxy through others. Uses CDN-Loop (RFC 8586), because Via makes servers
 * switch off compression, and the app must behave behind the proxy as it does without.
 */
import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Marks requests that go out, and knows them when they come in. */
export interface LoopMark {
  isOwn(request: IncomingMessage): boolean
  add(request: IncomingMessage): void
}

/** A mark that no other proxy carries. */
export function createLoopMark(): LoopMark {
  const name = `sse-coord-${randomBytes(6).toString('hex')}`
  return {
    isOwn: ({ headers }) =>
      String(headers['cdn-loop'] ?? '')
        .split(/[,;\s]+/)
        .includes(name),
    add({ headers }) {
      const before = headers['cdn-loop']
      headers['cdn-loop'] = before ? `${before}, ${name}` : name
    },
  }
}
