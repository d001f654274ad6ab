/** Writes responses over HTTP/1.1 and HTTP/2 alike: the few places where Node's two kinds of response differ. */
import type { ServerResponse } from 'node:http'
import { constants, Http2ServerResponse, type ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import type { ResponseHead } from '../faults/index.js'
import { hopByHopTest, rawPairs } from './hop-by-hop.js'

const nothing = Buffer.alloc(0)

/** The stream of a response over HTTP/2; `undefined` for one over HTTP/1.1. */
export function http2StreamOf(response: ServerResponse): ServerHttp2Stream | undefined {
  return (response as unknown) instanceof Http2ServerResponse
    ? (response as unknown as Http2ServerResponse).stream
    : undefined
}

/** Sends status and headers at once, before there is a body. `message` is the reason phrase, which HTTP/2 has not. */
export function sendHead(response: ServerResponse, { status, headers }: ResponseHead, message?: string): void {
  if (http2StreamOf(response)) {
    response.writeHead(status, forHttp2(headers))
    return
  }
  if (message === undefined || !isReasonPhrase(message)) response.writeHead(status, headers.flat())
  else response.writeHead(status, message, headers.flat())
  // Node's `flushHeaders` would write bytes beyond ASCII as UTF-8 once more.
  response.write('', 'latin1')
}

/** @throws RangeError for a status that Node writes over HTTP/1.1 only: at once, where a fault holds the head for later. */
export function expectWritable(response: ServerResponse, status: number): void {
  if (http2StreamOf(response) && (status < 200 || status > 599)) throw new RangeError(`Invalid status code: ${status}`)
}

/** Node reads phrases that it does not write; the usual one stands in for those. RFC 9112, section 4. */
function isReasonPhrase(message: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(message)
}

/** Adds trailers, as they came: name, value, name, value, … */
export function addTrailers(response: ServerResponse, raw: readonly string[]): void {
  if (raw.length === 0) return
  if (http2StreamOf(response)) response.addTrailers(forHttp2(rawPairs(raw)))
  else response.addTrailers(rawPairs(raw))
}

/** Whether the client reads more slowly than the response is written. */
export function needsDrain(response: ServerResponse): boolean {
  return (http2StreamOf(response) ?? response).writableNeedDrain
}

/** Ends a response so that the client cannot take it for whole. */
export function breakOff(response: ServerResponse, hasLength: boolean): void {
  // Where the end of the connection is the end of the body, only a reset tells a broken body from a whole one.
  const isDelimited = response.chunkedEncoding || hasLength
  if (http2StreamOf(response) || (!isDelimited && !response.writableFinished)) reset(response)
  else response.destroy()
}

/** Resets: the connection, or over HTTP/2 the stream alone. */
export function reset(response: ServerResponse): void {
  const stream = http2StreamOf(response)
  const socket: Socket | null = stream ? null : response.socket
  if (stream) stream.close(constants.NGHTTP2_INTERNAL_ERROR)
  else if (socket && 'resetAndDestroy' in socket) socket.resetAndDestroy()
  else response.destroy()
}

/** Ends behind what was written, the response incomplete. */
export function cut(response: ServerResponse): void {
  const stream = http2StreamOf(response)
  response.write(nothing, () => (stream ? stream.close(constants.NGHTTP2_INTERNAL_ERROR) : response.destroy()))
}

/**
 * One entry for each name, as HTTP/2's writer wants it, without what HTTP/2 forbids. Values are joined, as clients would
 * do: of many headers that came twice the writer takes a single value only.
 */
function forHttp2(headers: ResponseHead['headers']): Record<string, string | string[]> {
  const isHopByHop = hopByHopTest(undefined)
  const entries: Record<string, string | string[]> = Object.create(null)
  for (const [name, value] of headers) {
    const lower = name.toLowerCase()
    if (isHopByHop(lower)) continue
    const before = entries[lower]
    if (before === undefined) entries[lower] = value
    else entries[lower] = lower === 'set-cookie' ? [before, value].flat() : `${before}, ${value}`
  }
  return entries
}
