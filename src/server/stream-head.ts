/** The head of a stream's request and response, whatever carries it. HTML standard, section 9.2. */
import { validateHeaderName, validateHeaderValue } from 'node:http'
import { decodeLastEventId } from '../sse/last-event-id.js'
import { badOption } from './refuse.js'

/** Further headers of a stream, or other values for those that it has. `undefined` is left out. */
export type HeaderValues = Readonly<Record<string, string | number | readonly string[] | undefined>>

/** What an application may say of the head. */
interface HeadOptions {
  statusCode?: number | undefined
  headers?: HeaderValues | undefined
}

/** The same as they are sent. */
export type SentHeaders = Readonly<Record<string, string | readonly string[]>>

/** What keeps caches and proxies from storing, changing or holding back a stream. */
export const streamHeaders: SentHeaders = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-cache, no-store, no-transform',
  'X-Accel-Buffering': 'no',
}

/** The same with further headers, whose values win, however their names are written. */
export function withHeaders(headers: HeaderValues): SentHeaders {
  const own = Object.entries(headers).filter(([, value]) => value !== undefined)
  const given = new Set(own.map(([name]) => name.toLowerCase()))
  const kept = Object.entries(streamHeaders).filter(([name]) => !given.has(name.toLowerCase()))
  const sent = own.map(([name, value]) => [name, typeof value === 'number' ? String(value) : value])
  return Object.fromEntries([...kept, ...sent])
}

/**
 * Looks at what an application says of the head before anything is opened or sent.
 *
 * @throws SseCoordError for a status without a body, and for a header that cannot be sent.
 */
export function checkHead({ statusCode = 200, headers }: HeadOptions): void {
  const hasBody = Number.isInteger(statusCode) && statusCode >= 200 && statusCode <= 599
  if (!hasBody || statusCode === 204 || statusCode === 205 || statusCode === 304) {
    const words = `statusCode is the status of an answer with a body, from 200 to 599, not ${String(statusCode)}`
    throw badOption(words, 'to keep a client from coming back, answer with stopReconnecting(response)')
  }
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (value !== undefined) checkHeader(name, Array.isArray(value) ? value : [value])
  }
}

function checkHeader(name: string, values: readonly string[]): void {
  try {
    validateHeaderName(name)
    for (const value of values) validateHeaderValue(name, value)
  } catch (error) {
    throw badOption(`the header “${name}” cannot be sent: ${(error as Error).message}`)
  }
}

/**
 * The header's value; else that of the query parameter `lastEventId`, with which clients that cannot set the header begin.
 * A client that has both reconnects to the URL it began with, and its header is the newer one.
 */
export function lastEventIdFrom(header: string | null | undefined, url: string | undefined): string {
  // Some runtimes decode header values as UTF-8 themselves; what has wide characters is no byte string any more.
  if (header) return /[^\0-\xff]/.test(header) ? header : decodeLastEventId(header)
  const query = url?.indexOf('?') ?? -1
  return query < 0 ? '' : (new URLSearchParams(url?.slice(query)).get('lastEventId') ?? '')
}
