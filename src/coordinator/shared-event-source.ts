/**
 * An EventSource that all tabs of an origin share: same constructor, same events, one connection.
 * HTML standard, section 9.2.2 “The EventSource interface”.
 */
import { chooseElect, chooseTransport, type Strategy, type TransportName } from './choose.js'
import { nameGroup } from './identity.js'
import { join, type Member } from './member.js'
import type { StreamEnd } from './transport.js'
import { thisWorld } from './world.js'

/** What a SharedEventSource may be told, beside what an EventSource knows. */
export interface SharedEventSourceInit extends EventSourceInit {
  /** Whose stream it is; two scopes never share. Default: none. */
  scope?: string
  /** Sets this stream's lock and channel apart from others'. Default `sse-coordinator`. */
  channelName?: string
  /** How tabs agree on who connects. Default `auto`: Web Locks, or questions on the channel where there are none. */
  strategy?: Strategy
  /** How to read the stream. Default `auto`: `fetch` for the page's own origin, the native EventSource for others. */
  transport?: TransportName
  /** The query parameter that tells the server where to resume, for the native transport. */
  lastEventIdParam?: string
  /** Comes back after a 5xx, 408 or 429 too, where an EventSource would stay closed. Default `false`. */
  reconnectOnError?: boolean
}

/** What browsers wait before they reconnect, until the server says otherwise. */
const retryMs = 3_000

type Handler = ((this: EventSource, event: Event) => unknown) | null

/**
 * A drop-in for `EventSource`. Tabs that open the same URL with the same credentials share one connection; who holds it
 * may change at any moment, and neither `readyState` nor the events show it.
 *
 * Beside the standard's events it dispatches `gap` when events may have been lost in a change that the server could not
 * bridge.
 *
 * @throws DOMException `SyntaxError` when the URL cannot be parsed.
 */
export class SharedEventSource extends EventTarget implements EventSource {
  static readonly CONNECTING = 0
  static readonly OPEN = 1
  static readonly CLOSED = 2
  declare readonly CONNECTING: 0
  declare readonly OPEN: 1
  declare readonly CLOSED: 2
  declare onopen: ((this: EventSource, event: Event) => unknown) | null
  declare onmessage: ((this: EventSource, event: MessageEvent) => unknown) | null
  declare onerror: ((this: EventSource, event: Event) => unknown) | null
  readonly #url: string
  readonly #withCredentials: boolean
  readonly #member: Member
  readonly #handlers: Record<string, { handler: Handler; listener: EventListener }> = {}
  #readyState: 0 | 1 | 2 = 0

  constructor(url: string | URL, init: SharedEventSourceInit = {}) {
    super()
    const world = thisWorld
    try {
      this.#url = new URL(url, world.baseUrl).href
    } catch {
      throw new DOMException(`Cannot open an event stream: ${url} is not a valid URL`, 'SyntaxError')
    }
    this.#withCredentials = !!init.withCredentials
    const identity = {
      channelName: init.channelName ?? 'sse-coordinator',
      url: this.#url,
      withCredentials: this.#withCredentials,
      scope: init.scope,
    }
    const elect = chooseElect(world, init.strategy ?? 'auto')
    this.#member = join(
      world,
      {
        ...chooseTransport(world, init.transport ?? 'auto', this.#url, init),
        name: nameGroup(elect.way, identity),
        url: this.#url,
        withCredentials: this.#withCredentials,
        elect,
        policy: {
          retryMs,
          mostAttempts: Number.POSITIVE_INFINITY,
          isFinal: (end, wasOpen) => !(init.reconnectOnError && wasOpen && mayRecover(end)),
        },
        replay: 0,
        types: ['message'],
      },
      {
        onEvent: ([type, data, lastEventId], origin) => {
          if (this.#readyState !== 2) this.dispatchEvent(new MessageEvent(type, { data, lastEventId, origin }))
        },
        onState: (state) => {
          this.#readyState = state
          this.dispatchEvent(new Event(state === 1 ? 'open' : 'error'))
        },
        onLeading() {},
        onGap: () => this.dispatchEvent(new Event('gap')),
        onApp() {},
      },
    )
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
    // Only the native transport must be told; there is nothing to ask of the others before the constructor is done.
    if (listener && !ownTypes.has(type)) this.#member.addType(type)
  }

  declare removeEventListener: EventSource['removeEventListener']

  static {
    for (const [name, value] of Object.entries({ CONNECTING: 0, OPEN: 1, CLOSED: 2 })) {
      for (const target of [SharedEventSource, SharedEventSource.prototype]) {
        Object.defineProperty(target, name, { value, enumerable: true, writable: false, configurable: false })
      }
    }
    for (const type of ['open', 'message', 'error']) {
      Object.defineProperty(SharedEventSource.prototype, `on${type}`, {
        get(this: SharedEventSource) {
          return this.#handlers[type]?.handler ?? null
        },
        // An event handler keeps the place among the listeners that it got when it was first set.
        set(this: SharedEventSource, value: unknown) {
          const handler = typeof value === 'function' ? (value as Handler) : null
          const known = this.#handlers[type]
          if (known && handler) known.handler = handler
          else if (known) {
            this.removeEventListener(type, known.listener)
            delete this.#handlers[type]
          } else if (handler) {
            const slot = {
              handler,
              listener: (event: Event) => {
                if (slot.handler?.call(this, event) === false) event.preventDefault()
              },
            }
            this.#handlers[type] = slot
            EventTarget.prototype.addEventListener.call(this, type, slot.listener)
          }
        },
        enumerable: true,
        configurable: true,
      })
    }
    Object.defineProperty(SharedEventSource.prototype, Symbol.toStringTag, { value: 'EventSource', configurable: true })
  }
}

/** Types that no stream needs to be listened to for. */
const ownTypes = new Set(['open', 'error', 'message', 'gap'])

function mayRecover({ status }: StreamEnd): boolean {
  return status === 0 || status >= 500 || status === 408 || status === 429
}
