/**
 * Writes the wire format of an event stream.
 * HTML standard, section 9.2.5 “Parsing an event stream”, read backwards.
 */

/** The media type of an event stream. */
export const eventStreamMediaType = 'text/event-stream'

/** The fields of one event. A field left out is not written. */
export interface EventFields {
  /** The payload. Every line of it (LF, CR or CRLF) becomes a `data:` line. Without data a client dispatches nothing. */
  data?: string
  /** The event's type; `message` where absent. No line breaks. */
  event?: string
  /** The last event ID from here on. The empty string resets it. No line breaks, no NUL (clients ignore such an id). */
  id?: string
  /** The reconnection time in milliseconds: a whole number, zero or more. */
  retry?: number
}

const lineBreak = /\r\n|\r|\n/

/**
 * One event as text, with the blank line that ends it.
 *
 * @throws TypeError when `event` or `id` holds a line break (it would inject a field), `id` holds NUL, or `retry` is no
 * whole number of milliseconds.
 */
export function encodeEvent({ data, event, id, retry }: EventFields): string {
  let text = ''
  if (event !== undefined) text += `event: ${singleLine('event', event)}\n`
  if (id !== undefined) {
    if (id.includes('\0')) throw new TypeError('id must not contain NUL: clients ignore such an id')
    text += `id: ${singleLine('id', id)}\n`
  }
  if (retry !== undefined) {
    if (!Number.isSafeInteger(retry) || retry < 0) {
      throw new TypeError(`retry must be a whole number of milliseconds, zero or more, not ${retry}`)
    }
    text += `retry: ${retry}\n`
  }
  if (data !== undefined) {
    text += lineBreak.test(data) ? `data: ${data.split(lineBreak).join('\ndata: ')}\n` : `data: ${data}\n`
  }
  return `${text}\n`
}

/** A comment as text; clients ignore it, proxies count it as traffic. Every line of `text` becomes a comment line. */
export function encodeComment(text = ''): string {
  return `: ${text.split(lineBreak).join('\n: ')}\n\n`
}

function singleLine(field: string, value: string): string {
  if (lineBreak.test(value)) throw new TypeError(`${field} must not contain a line break: it would end the field`)
  return value
}
