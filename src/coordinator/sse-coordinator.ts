/**
 * One stream for all tabs, with callbacks: the API of the `sse-coordinator` package, option for option, over the group
 * that SharedEventSource uses too.
 */
import { choose } from './choose.js'
import type { Member, Share } from './membership.js'
import { type CoordinatorOptions, checkOptions, type EventMap, type SSEEvent } from './options.js'
import { requestFor } from './request.js'
import { thisWorld } from './world.js'

/**
 * Shares one event stream among all tabs of an origin: one tab leads and holds the connection, the others receive the
 * same events from it. Nothing happens before `connect()`.
 *
 * @throws TypeError when an option is wrong; the message names it.
 * @throws Error `Invalid URL: …` or `URL must use http or https protocol: …`.
 */
export class SSECoordinator<Events extends object = EventMap> {
  readonly #options: CoordinatorOptions<Events>
  readonly #share: Share
  #member: Member | undefined

  constructor(options: CoordinatorOptions<Events>) {
    const url = checkOptions(options as CoordinatorOptions)
    const maxReconnectAttempts = options.reconnectForever ? undefined : (options.maxReconnectAttempts ?? 10)
    this.#options = options
    this.#share = choose(
      thisWorld,
      {
        ...options,
        url,
        retryMs: 1_000, // doubles with every failure
        maxReconnectAttempts,
        reconnectOnError: true,
      },
      requestFor(options),
    )
    options.signal?.addEventListener('abort', () => this.disconnect())
  }

  /** Joins the other tabs. Does nothing when connected, or when the signal was aborted. */
  connect(): void {
    const options = this.#options
    const { signal, eventTypes = [], parseJson = true, logger } = options
    if (this.#member || signal?.aborted) return
    const types = new Set<string>(['message', ...eventTypes])
    let connected = false
    const onGap = (lastEventId: string) => tell(options, 'onGap', { lastEventId })

    const member: Member = this.#share([...types, 'disconnect', 'reset'], {
      onEvent: ([type, text, lastEventId, , readAt]) => {
        if (!types.has(type)) {
          // What `sse-coord/server` says in events, unless the app asks for these types: for then they are its own.
          if (type === 'reset') onGap(lastEventId)
          if (type === 'disconnect') member.end()
          return
        }
        let data: unknown = text
        try {
          if (parseJson) data = JSON.parse(text)
        } catch (error) {
          return tell(logger, 'error', `Cannot parse the data of a ${type} event as JSON`, error)
        }
        tell(options, 'onEvent', {
          type,
          data,
          id: lastEventId || undefined,
          timestamp: new Date(readAt).toISOString(),
        } as SSEEvent<Events>)
      },
      onState: (state, reason) => {
        const isOver = state === 2
        const isOpen = state === 1
        if (!isOpen) tell(logger, 'warn', reason || 'The stream ended')
        // Forgotten first, so that a callback may connect anew.
        if (isOver && this.#member === member) this.#member = undefined
        if (isOpen !== connected) {
          connected = isOpen
          tell(options, 'onConnectionChange', connected)
        }
        if (isOver && reason) tell(options, 'onError', new Error(reason))
      },
      onLeaderChange: (leading) => {
        tell(logger, 'info', leading ? 'This tab leads' : 'This tab follows')
        tell(options, 'onLeaderChange', leading)
      },
      onGap,
      onApp: (value) => this.handleBroadcastMessage(value),
    })
    this.#member = member
  }

  /**
   * Leaves the other tabs; they keep the stream. `allTabs` ends it in every tab of the same URL, credentials and scope:
   * for a logout.
   */
  disconnect({ allTabs }: { allTabs?: boolean } = {}): void {
    const member = this.#member
    this.#member = undefined
    member?.leave(allTabs)
  }

  /** Whether this tab holds the connection. */
  isLeader(): boolean {
    return !!this.#member?.isLeader()
  }

  /** Gives the connection up for another tab to take. Alone, this tab takes it again. */
  demoteToFollower(): void {
    this.#member?.demoteToFollower()
  }

  /** Hands an event of the app's own to the other tabs' `onEvent`. */
  broadcastEvent(event: SSEEvent<Events>): void {
    this.#member?.say(event)
  }

  /** Takes an event as if another tab had sent it. What is no event is ignored. */
  handleBroadcastMessage(message: unknown): void {
    const event = message as SSEEvent<Events> | null | undefined
    if (typeof event?.type === 'string' && 'data' in event) tell(this.#options, 'onEvent', event)
  }
}

/** Calls the app; what it throws harms nobody. */
function tell<Listener extends object, Name extends keyof Listener>(
  listener: Listener | undefined,
  name: Name,
  ...news: Listener[Name] extends ((...news: infer News) => void) | undefined ? News : never
): void {
  try {
    ;(listener?.[name] as ((...news: unknown[]) => void) | undefined)?.(...news)
  } catch (error) {
    reportError(error)
  }
}
