/** From what an application pushes to the text of one event. */
import { encodeEvent } from '../sse/encode.js'
import type { Sanitizer, Serializer } from './session-options.js'

/**
 * The fields of one event as text.
 *
 * @throws TypeError when the event name or id holds a line break, the id holds NUL, or the data has no text.
 */
export function encodeFields(
  data: unknown,
  eventName: string | undefined,
  id: string | undefined,
  serializer: Serializer,
  sanitizer?: Sanitizer,
): string {
  const text: unknown = serializer(data)
  if (typeof text !== 'string') {
    throw new TypeError(`data of type ${typeof data} has no text: push something that can be serialised, such as null`)
  }
  const fields: { data: string; event?: string; id?: string } = { data: sanitizer ? sanitizer(text, 'data') : text }
  if (eventName !== undefined && eventName !== 'message') {
    fields.event = sanitizer ? sanitizer(eventName, 'event') : eventName
  }
  if (id !== undefined) fields.id = sanitizer ? sanitizer(id, 'id') : id
  return encodeEvent(fields)
}
