/**
 * The response half of the proxy: headers at once, every chunk at once, trailers at the end, and each end told when the
 * other dies.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import type { RequestFaults, ResponseHead } from '../faults/index.js'
import { headerOf } from './header-of.js'
import { rawPairs, withoutHopByHop } from './hop-by-hop.js'
import type { Rewrite } from './interceptor.js'
import type { ParserBypass } from './parser-bypass.js'
import { clientSink, relayThroughFaults } from './relay-faulted.js'
import { relayFramed } from './relay-framed.js'
import { addTrailers, breakOff, sendHead } from './respond.js'
import { rewriteResponse } from './rewrite-response.js'
import { isEventStream, type StreamTap, watchSafely } from './stream-tap.js'

/** What takes part in a response, from the target to the client: rewrites, faults, the tap. */
export interface RelayOptions {
  /** What is sent instead; an empty list for a response that passes as it is. Default: it passes. */
  rewrite?(head: ResponseHead): Rewrite[]
  /** Called with the head as it is sent to the client; what it returns sees each chunk that is. */
  tap(head: ResponseHead): StreamTap | undefined
  /** The way past the parser, for a stream that passes as it is. Default: the body comes out of the parser. */
  bypass?: ParserBypass | undefined
  /** The faults that are on for this request. */
  faults?: RequestFaults | undefined
  /** The target or a fault has ended the response, well or not. Also called behind the client's own leaving. */
  onServerEnd?(isComplete: boolean): void
}

/**
 * Sends the target's response on to the client.
 *
 * @throws when Node refuses to write a header that the target sent, or a rewrite throws.
 */
export function relayResponse(incoming: IncomingMessage, response: ServerResponse, options: RelayOptions): void {
  incoming.on('error', () => {}) // 'close' follows
  const status = incoming.statusCode ?? 502
  const targetHead = { status, headers: rawPairs(withoutHopByHop(incoming.rawHeaders, incoming.headers.connection)) }
  const hasBody = response.req.method !== 'HEAD' && status !== 204 && status !== 304
  const { head, body } = rewriteResponse(incoming, targetHead, (hasBody && options.rewrite?.(targetHead)) || [])

  const isStream = isEventStream(headerOf(head, 'content-type'))
  const row = hasBody ? options.faults?.stream(clientSink(response, options), isStream, () => body.resume()) : undefined
  if (row) relayThroughFaults(body, response, row, head)
  else relayDirectly(incoming, body, response, head, options)
}

/** The short way. */
function relayDirectly(
  incoming: IncomingMessage,
  body: Readable,
  response: ServerResponse,
  head: ResponseHead,
  { tap, bypass, onServerEnd }: RelayOptions,
): void {
  sendHead(response, head, incoming.statusMessage) // a stream that is quiet at first opens at once
  const tapped = tap(head)
  const watch = watchSafely(tapped)
  if (bypass && body === incoming && tapped?.seesFraming !== false && isChunked(incoming)) {
    relayFramed(bypass, response, watch)
  }
  body.on('data', (chunk: Buffer) => {
    if (!response.write(chunk)) body.pause()
    watch(chunk)
  })
  response.on('drain', () => body.resume())
  body.on('end', () => {
    onServerEnd?.(true)
    addTrailers(response, incoming.rawTrailers)
    response.end()
  })
  body.on('close', () => {
    if (body.readableEnded) return
    onServerEnd?.(false)
    breakOff(response, headerOf(head, 'content-length') !== undefined)
  })
}

function isChunked({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding']?.toLowerCase() === 'chunked'
}
