/**
 * The EventSource interface over a group: what SharedEventSource is in all its forms.
 * HTML standard, section 9.2.2 “The EventSource interface”.
 */
import { join, type Member, type MemberOptions } from './member.js'
import type { Plan } from './plan.js'
import { resolveUrl, thisWorld, type World } from './world.js'

/** What a shared source may be told, beside what an EventSource knows. */
export interface SharedSourceInit extends EventSourceInit {
  /** Whose stream it is, such as the user's id; two scopes never share. Default: none. */
  scope?: string
  /** Sets lock and channel apart from other users of this library. Default `sse-coordinator`. */
  channelName?: string
  /** The query parameter that tells the server where to resume, for the native transport. */
  lastEventIdParam?: string
  /** Comes back after a 5xx, 408, 425 or 429 too, once it was open; an EventSource would stay closed. Default `false`. */
  reconnectOnError?: boolean
}

/** How a form of the class agrees and reads. */
export type Choose = (world: World, plan: Plan) => Pick<MemberOptions, 'elect' | 'open' | 'canResume'>

type Handler = (this: EventSource, event: Event) => unknown

/** What browsers wait before they reconnect, in milliseconds, until the server says otherwise. */
const retryMs = 3_000

const states = { CONNECTING: 0, OPEN: 1, CLOSED: 2 }

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
  readonly #member: Member
  readonly #handlers: Record<string, { call: Handler; listener: EventListener }> = {}
  #readyState: 0 | 1 | 2 = 0

  constructor(url: string | URL, init: SharedSourceInit, choose: Choose) {
    super()
    try {
      this.#url = resolveUrl(thisWorld, url).href
    } catch {
      throw new DOMException(`Invalid URL: ${url}`, 'SyntaxError')
    }
    this.#withCredentials = !!init.withCredentials
    const plan: Plan = {
      ...init,
      url: this.#url,
      retryMs,
      mostAttempts: Number.POSITIVE_INFINITY,
      patience: init.reconnectOnError ? 'reopen' : 'none',
    }
    this.#member = join(
      thisWorld,
      { plan, ...choose(thisWorld, plan), replay: 0, types: ['message'] },
      {
        onEvent: ([type, data, lastEventId], origin) =>
          this.#send(new MessageEvent(type, { data, lastEventId, origin })),
        onState: (state) => {
          if (this.#readyState === 2) return
          this.#readyState = state
          this.dispatchEvent(new Event(state === 1 ? 'open' : 'error'))
        },
        onGap: () => this.#send(new Event('gap')),
      },
    )
  }

  #send(event: Event): void {
    if (this.#readyState < 2) this.dispatchEvent(event)
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

  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | ((this: EventSource, event: MessageEvent) => unknown) | null,
    options?: boolean | AddEventListenerOptions,
  ): void {
    super.addEventListener(type, listener as EventListener, options)
    this.#member.addType(type)
  }

  declare removeEventListener: EventSource['removeEventListener']

  static {
    for (const [name, value] of Object.entries(states)) {
      for (const target of [SharedSource, SharedSource.prototype]) {
        Object.defineProperty(target, name, { value, enumerable: true })
      }
    }
    for (const type of ['open', 'message', 'error']) {
      Object.defineProperty(SharedSource.prototype, `on${type}`, {
        enumerable: true,
        configurable: true,
        get(this: SharedSource) {
          return this.#handlers[type]?.call ?? null
        },
        // A handler keeps the place among the listeners that it got when it was first set.
        set(this: SharedSource, call: unknown) {
          const known = this.#handlers[type]
          if (typeof call === 'function') {
            if (known) known.call = call as Handler
            else {
              const listener = (event: Event) => handler.call.call(this, event)
              const handler = { call: call as Handler, listener }
              this.#handlers[type] = handler
              this.addEventListener(type, listener)
            }
          } else if (known) {
            this.removeEventListener(type, known.listener)
            delete this.#handlers[type]
          }
        },
      })
    }
  }
}
