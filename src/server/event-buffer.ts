/** Events that are gathered first and sent together, or not at all. */

import type { Duration } from '../config/quantities.js'
import { commentText, encodeFields, retryText } from './encode-fields.js'
import { noOptions } from './no-options.js'
import { badOption } from './refuse.js'
import type { SessionSettings } from './session-options.js'
import { eventNameOf, type SourceOptions } from './source.js'

/** Gathers events as text. Made by `session.batch`. */
export class EventBuffer {
  readonly #settings: Pick<SessionSettings, 'serializer' | 'sanitizer' | 'maxBufferedBytes'>
  #text = ''
  #lastId: string | undefined

  constructor(settings: Pick<SessionSettings, 'serializer' | 'sanitizer' | 'maxBufferedBytes'>) {
    this.#settings = settings
  }

  /** The finished text so far. */
  get text(): string {
    return this.#text
  }

  /** The last id written, if there was one. */
  get lastId(): string | undefined {
    return this.#lastId
  }

  /** Adds an event; as `session.push`. */
  push(data: unknown, eventName?: string, id?: string): this {
    const { serializer, sanitizer } = this.#settings
    this.#add(encodeFields(data, eventName, id, serializer, sanitizer))
    if (id !== undefined) this.#lastId = id
    return this
  }

  /** Adds a comment. */
  comment(text = ''): this {
    this.#add(commentText(text, this.#settings.sanitizer))
    return this
  }

  /** Adds a reconnection time. */
  retry(time: Duration): this {
    this.#add(retryText(time))
    return this
  }

  /** Adds an event for every value. */
  async iterate(values: Iterable<unknown> | AsyncIterable<unknown>, options: SourceOptions = noOptions): Promise<void> {
    const eventName = eventNameOf('iterate', options)
    for await (const value of values) this.push(value, eventName)
  }

  #add(text: string): void {
    // UTF-16 units, the least that the bytes can be: near enough for a bound.
    if (this.#text.length + text.length > this.#settings.maxBufferedBytes) {
      throw badOption(
        `a batch may hold up to maxBufferedBytes (${this.#settings.maxBufferedBytes})`,
        'send it in several batches, or give the session a larger maxBufferedBytes',
      )
    }
    this.#text += text
  }
}
