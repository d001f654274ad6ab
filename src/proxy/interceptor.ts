/** The seam for what stands between client and target, such as the injection of the coordinator. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ResponseHead } from '../faults/index.js'

/** Takes part in requests and responses. A method that throws ends that exchange with an error page. */
export interface Interceptor {
  /** Answers a request in place of the target, such as for a script of its own; true when it did, or will. */
  answer?(request: IncomingMessage, response: ServerResponse): boolean
  /** The request is about to go to the target; its headers may be changed. */
  prepare?(request: IncomingMessage): void
  /**
   * The head of the target's response has come, hop-by-hop fields removed. What this returns is sent instead; `null`
   * lets the response pass as it is, on the short way. Not asked for answers to HEAD, nor for those without a body.
   */
  rewrite?(request: IncomingMessage, head: ResponseHead): Rewrite | null
}

/** What is sent in place of the target's response. */
export interface Rewrite {
  /** With the new body's `Content-Length`, if it is known; the target's is removed. */
  head: ResponseHead
  /** Takes the target's body, as it came, and gives the new one. Its errors break the response off. */
  body: Duplex
}

/** The interceptors in the row, as one. */
export interface Interceptors extends Required<Omit<Interceptor, 'rewrite'>> {
  add(interceptor: Interceptor): () => void
  /** Every rewrite that wants to, in order; an empty list where none does. */
  rewrite(request: IncomingMessage, head: ResponseHead): Rewrite[]
}

/** Makes an empty row. */
export function createInterceptors(): Interceptors {
  const row = new Set<Interceptor>()
  return {
    add(interceptor) {
      const own = { ...interceptor } // the same one may be added twice
      row.add(own)
      return () => void row.delete(own)
    },
    answer(request, response) {
      for (const interceptor of row) if (interceptor.answer?.(request, response)) return true
      return false
    },
    prepare(request) {
      for (const interceptor of row) interceptor.prepare?.(request)
    },
    rewrite(request, head) {
      const rewrites: Rewrite[] = []
      for (const interceptor of row) {
        const rewrite = interceptor.rewrite?.(request, rewrites.at(-1)?.head ?? head)
        if (rewrite) rewrites.push(rewrite)
      }
      return rewrites
    },
  }
}
