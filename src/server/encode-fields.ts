/** From what an application pushes to the text of one event, comment or reconnection time. */
import type { Duration } from '../config/quantities.js'
import { encodeComment, encodeEvent } from '../sse/encode.js'
import { type Sanitizer, type Serializer, wholeRetry } from './session-options.js'

/** Clients send the id back as a header, and many servers and proxies take 8 KiB of headers at most. */
const maxIdBytes = 4096

/**
 * The fields of one event as text.
 *
 * @throws TypeError when the event name or id is no text or holds a line break, the id holds NUL or is longer than 4 KiB,
 * or the data has no text.
 */
export function encodeFields(
  data: unknown,
  eventName: string | undefined,
  id: string | undefined,
  serializer: Serializer,
  sanitizer?: Sanitizer,
): string {
  const fields: { data: string; event?: string; id?: string } = { data: toText(data, serializer, sanitizer) }
  if (eventName !== undefined && eventName !== 'message') {
    fields.event = checkText('event', sanitizer ? sanitizer(eventName, 'event') : eventName)
  }
  if (id !== undefined) fields.id = checkLength(checkText('id', sanitizer ? sanitizer(id, 'id') : id))
  return encodeEvent(fields)
}

/** A comment as text. @throws TypeError when it is no text */
export function commentText(text: string, sanitizer: Sanitizer | undefined): string {
  return encodeComment(checkText('comment', sanitizer ? sanitizer(text, 'comment') : text))
}

/**
 * A reconnection time as text.
 *
 * @throws SseCoordError when `time` is no time.
 */
export function retryText(time: Duration): string {
  return `retry: ${wholeRetry(time)}\n\n`
}

/** JavaScript minds no types: an event named `null`, or an id that is found nowhere again, would be seen late. */
function checkText(field: string, value: unknown): string {
  if (typeof value === 'string') return value
  throw new TypeError(`${field} must be a text, not ${String(value)}`)
}

/** A client could not come back with a longer one: its next request would be refused, and it would stay away for good. */
function checkLength(id: string): string {
  if (id.length * 3 <= maxIdBytes || Buffer.byteLength(id) <= maxIdBytes) return id
  throw new TypeError(`id must not be longer than ${maxIdBytes} bytes: clients send it back as a header`)
}

/**
 * The name and data of an event that gets its id later.
 *
 * @throws TypeError when the event name is no text or holds a line break, or the data has no text.
 */
export function textFields(
  data: unknown,
  eventName: string,
  serializer: Serializer,
  sanitizer?: Sanitizer,
): { name: string; text: string } {
  const name = checkText('event', sanitizer ? sanitizer(eventName, 'event') : eventName)
  encodeEvent({ event: name }) // only to have it checked
  return { name, text: toText(data, serializer, sanitizer) }
}

function toText(data: unknown, serializer: Serializer, sanitizer: Sanitizer | undefined): string {
  const text: unknown = serializer(data)
  if (typeof text !== 'string') {
    throw new TypeError(`data of type ${typeof data} has no text: push something that can be serialised, such as null`)
  }
  return sanitizer ? checkText('data', sanitizer(text, 'data')) : text
}
