/**
 * The EventSource interface over a group: what SharedEventSource is in all its forms.
 * HTML standard, section 9.2.2 “The EventSource interface”.
 */
import type { SharedEvent } from './history.js'
import type { MemberListener, Sharer } from './membership.js'
import { must } from './must.js'
import { resolveUrl } from './world.js'

/** What a shared source may be told, beside what an EventSource knows. */
export interface SharedSourceInit extends EventSourceInit {
  /** Whose stream it is, such as the user's id; two scopes never share. Default: none. */
  scope?: string | undefined
  /** Sets lock and channel apart from other users of this library. Default `sse-coordinator`. */
  channelName?: string | undefined
  /** The query parameter that tells the server where to resume, for the native transport. */
  lastEventIdParam?: string | undefined
}

/** What `onopen`, `onmessage` or `onerror` is set to. */
type Handler = (this: EventSource, event: Event) => unknown

/** A MessageEvent that looks its fields up when it is asked: in bursts, filling them in is most of the work. */
class SharedMessageEvent extends MessageEvent<string> {
  readonly #event: SharedEvent
  readonly #origin: string

  constructor(event: SharedEvent, origin: string) {
    super(event[0])
    this.#event = event
    this.#origin = origin
  }

  override get data(): string {
    return this.#event[1]
  }

  override get lastEventId(): string {
    return this.#event[2]
  }

  override get origin(): string {
    return this.#origin
  }
}

/** See SharedEventSource. */
export class SharedSource extends EventTarget implements EventSource {
  declare static readonly CONNECTING: 0
  declare static readonly OPEN: 1
  declare static readonly CLOSED: 2
  declare readonly CONNECTING: 0
  declare readonly OPEN: 1
  declare readonly CLOSED: 2
  declare onopen: ((this: EventSource, event: Event) => unknown) | null
  declare onmessage: ((this: EventSource, event: MessageEvent) => unknown) | null
  declare onerror: ((this: EventSource, event: Event) => unknown) | null
  readonly #url: string
  readonly #withCredentials: boolean
  readonly #member: Sharer
  readonly #handlers: Record<string, Handler | null> = {}
  readonly #handle = (event: Event) => this.#handlers[event.type]?.call(this, event)
  #readyState: 0 | 1 | 2 = 0

  constructor(
    url: string | URL,
    init: SharedSourceInit | undefined,
    share: (url: string, listener: MemberListener) => Sharer,
  ) {
    super()
    must(url !== undefined, 'url', 'set')
    this.#url = resolveUrl(url, (words) => new DOMException(words, 'SyntaxError')).href
    this.#withCredentials = !!init?.withCredentials
    this.#member = share(this.#url, {
      onEvent: (event, origin) => this.dispatchEvent(new SharedMessageEvent(event, origin)),
      onState: (state) => {
        this.#readyState = Math.max(state, 0) as 0 | 1 | 2
        this.dispatchEvent(new Event(state === 1 ? 'open' : 'error'))
      },
      onGap: () => this.dispatchEvent(new Event('gap')),
    })
  }

  get url(): string {
    return this.#url
  }

  get withCredentials(): boolean {
    return this.#withCredentials
  }

  get readyState(): 0 | 1 | 2 {
    return this.#readyState
  }

  /** Leaves the shared stream; other tabs keep it. */
  close(): void {
    this.#readyState = 2
    this.#member.leave()
  }

  // The signatures of the platform, one by one: of a union older compilers tell no listener what it gets.
  override addEventListener<Type extends keyof EventSourceEventMap>(
    type: Type,
    listener: (this: EventSource, event: EventSourceEventMap[Type]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void
  override addEventListener(
    type: string,
    listener: (this: EventSource, event: MessageEvent) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void
  override addEventListener(type: string, listener: unknown, options?: boolean | AddEventListenerOptions): void {
    super.addEventListener(type, listener as EventListener, options)
    // As the platform reads it, whatever it is: others take messages with anything but texts in them for foreign ones.
    this.#member.addType(`${type}`)
  }

  declare removeEventListener: EventSource['removeEventListener']

  static {
    for (const target of [SharedSource, SharedSource.prototype]) {
      ;['CONNECTING', 'OPEN', 'CLOSED'].forEach((name, value) => {
        Object.defineProperty(target, name, { value, enumerable: true })
      })
    }
    for (const type of ['open', 'message', 'error']) {
      Object.defineProperty(SharedSource.prototype, `on${type}`, {
        enumerable: true,
        configurable: true,
        get(this: SharedSource) {
          return this.#handlers[type] ?? null
        },
        set(this: SharedSource, call: unknown) {
          const isCall = typeof call === 'function'
          this.#handlers[type] = isCall ? (call as Handler) : null
          // The same listener counts once: a handler keeps the place among them that it got when it was first set.
          if (isCall) this.addEventListener(type, this.#handle)
          else this.removeEventListener(type, this.#handle)
        },
      })
    }
  }
}
