/** Sends a response through the bodies of its rewrites; each end is told when the other dies. */
import { pipeline, type Readable } from 'node:stream'
import type { ResponseHead } from '../faults/index.js'
import { headerOf } from './header-of.js'
import type { Rewrite } from './interceptor.js'

/** The head and the body as they go on; the target's own where nothing rewrites them. */
export function rewriteResponse(
  incoming: Readable,
  targetHead: ResponseHead,
  rewrites: readonly Rewrite[],
): { head: ResponseHead; body: Readable } {
  const targetLength = headerOf(targetHead, 'content-length')
  let head = targetHead
  let body = incoming
  for (const rewrite of rewrites) {
    head = headerOf(rewrite.head, 'content-length') === targetLength ? withoutLength(rewrite.head) : rewrite.head
    pipeline(body, rewrite.body, () => {}) // that it broke off, 'close' of its end tells
    body = rewrite.body
  }
  body.on('error', () => {}) // 'close' follows
  return { head, body }
}

function withoutLength(head: ResponseHead): ResponseHead {
  return { ...head, headers: head.headers.filter(([name]) => name.toLowerCase() !== 'content-length') }
}
