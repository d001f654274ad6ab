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
import { addTrailers, breakOff, expectWritable, sendHead } from './respond.js'
import { rewriteResponse } from './rewrite-response.js'
import { isEventStream, type StreamTap } from './stream-tap.js'

/** What takes part in a response, from the target to the client: rewrites, faults, the tap. */
export interface RelayOptions {
  /** What is sent instead; an empty list for a response that passes as it is. Default: it passes. */
  rewrite?(head: ResponseHead): Rewrite[]
  /** Called with the head as it is sent to the client; what it returns sees each chunk that is. */
  tap(head: ResponseHead): StreamTap | undefined
  /** The faults that are on for this request. */
  faults?: RequestFaults | undefined
  /** The target or a fault has ended the response, well or not. Also called behind the client's own leaving. */
  onServerEnd?(isComplete: boolean): void
}

/**
 * Sends the target's response on to the client; a body that passes as it is takes the way past the parser, if there is one.
 *
 * @throws when Node refuses to write a header that the target sent, or a rewrite throws.
 */
export function relayResponse(
  incoming: IncomingMessage,
  response: ServerResponse,
  options: RelayOptions,
  bypass?: ParserBypass,
): void {
  incoming.on('error', () => {}) // 'close' follows
  const status = incoming.statusCode ?? 502
  expectWritable(response, status)
  const targetHead = { status, headers: rawPairs(withoutHopByHop(incoming.rawHeaders, incoming.headers.connection)) }
  const hasBody = response.req.method !== 'HEAD' && status !== 204 && status !== 304
  const { head, body } = rewriteResponse(incoming, targetHead, (hasBody && options.rewrite?.(targetHead)) || [])

  const isStream = isEventStream(headerOf(head, 'content-type'))
  const row = hasBody ? options.faults?.stream(clientSink(response, options), isStream, () => body.resume()) : undefined
  if (row) relayThroughFaults(body, response, row, head)
  else {
    sendHead(response, head, incoming.statusMessage) // a stream that is quiet at first opens at once
    const tap = options.tap(head)
    const isSame = body === incoming && isChunked(incoming)
    const hasLength = headerOf(head, 'content-length') !== undefined
    body.on('close', () => {
      if (body.readableEnded) return
      options.onServerEnd?.(false)
      breakOff(response, hasLength)
    })
    const relayRest = (): void => relayBody({ incoming, body }, response, tap, options)
    const mayGoPast = bypass && isSame && tap?.seesFraming !== false
    if (!mayGoPast || !relayFramed(bypass, response, tap, relayRest)) relayRest()
  }
}

interface Body {
  incoming: IncomingMessage
  /** The target's own, or a rewritten one. */
  body: Readable
}

/** The short way, for what comes out of the parser. */
function relayBody(
  { incoming, body }: Body,
  response: ServerResponse,
  tap: StreamTap | undefined,
  options: RelayOptions,
): void {
  body.on('data', (chunk: Buffer) => {
    if (!response.write(chunk)) {
      body.pause()
      response.once('drain', () => body.resume())
    }
    tap?.see(chunk)
  })
  body.on('end', () => {
    options.onServerEnd?.(true)
    addTrailers(response, incoming.rawTrailers)
    response.end()
  })
  body.read(0) // from here on what is parsed is told of at once, and not lost where the next is nonsense
}

function isChunked({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding']?.toLowerCase() === 'chunked'
}
