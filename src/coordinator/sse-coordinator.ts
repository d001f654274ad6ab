/**
 * One stream for all tabs, with callbacks: the API of the `sse-coordinator` package, option for option, over the group
 * that SharedEventSource uses too.
 */
import { chooseElect, chooseTransport } from './choose.js'
import { endedByTab, join, type Member } from './member.js'
import { type CoordinatorOptions, checkOptions, type EventMap, type Logger, type SSEEvent } from './options.js'
import type { Plan } from './plan.js'
import { thisWorld } from './world.js'

/** The reconnection time until the server sets one, in milliseconds. Doubles with every failure. */
const retryMs = 1_000

/**
 * Shares one event stream among all tabs of an origin: one tab leads and holds the connection, the others receive the
 * same events from it. Nothing happens before `connect()`.
 *
 * @throws TypeError when an option is wrong; the message names it.
 * @throws Error `Invalid URL: …` or `URL must use http or https protocol: …`.
 */
export class SSECoordinator<Events extends EventMap = EventMap> {
  readonly #options: CoordinatorOptions<Events>
  readonly #url: string
  #member: Member | undefined
  #hush: (() => void) | undefined

  constructor(options: CoordinatorOptions<Events>) {
    this.#url = checkOptions(options as CoordinatorOptions)
    this.#options = options
    options.signal?.addEventListener('abort', () => this.disconnect())
  }

  /** Joins the other tabs. Does nothing when connected, or when the signal was aborted. */
  connect(): void {
    const options = this.#options
    if (this.#member || options.signal?.aborted) return
    const world = thisWorld
    const plan: Plan = {
      ...options,
      url: this.#url,
      retryMs,
      mostAttempts: options.reconnectForever ? Number.POSITIVE_INFINITY : (options.maxReconnectAttempts ?? 10),
      patience: 'open',
    }
    const types = new Set<string>(['message', ...(options.eventTypes ?? [])])
    let connected = false
    /** After the app's own `disconnect()` it is called no more. */
    let isHushed = false
    this.#hush = () => {
      isHushed = true
    }

    const call = <Parameters extends unknown[]>(
      callback: ((...parameters: Parameters) => void) | undefined,
      ...parameters: Parameters
    ) => {
      if (isHushed) return
      try {
        callback?.(...parameters)
      } catch (error) {
        reportError(error)
      }
    }
    const log = (level: keyof Logger, ...words: unknown[]) => call(() => options.logger?.[level]?.(...words))

    const member: Member = join(
      world,
      {
        plan,
        elect: chooseElect(world, options.strategy),
        ...chooseTransport(world, plan),
        replay: options.replay ?? 0,
        types,
      },
      {
        onEvent: ([type, data, lastEventId, , readAt]) => {
          if (!types.has(type)) return
          let value: unknown = data
          if (options.parseJson ?? true) {
            try {
              value = JSON.parse(data)
            } catch (error) {
              log('error', `Cannot parse the data of a ${type} event as JSON`, error)
              return
            }
          }
          const event = { type, data: value, id: lastEventId || undefined, timestamp: new Date(readAt).toISOString() }
          call(options.onEvent, event as SSEEvent<Events>)
        },
        onState: (state, reason) => {
          if (state !== 1) log('warn', reason)
          // Forgotten first, so that a callback may connect anew.
          if (state === 2 && this.#member === member) this.#member = undefined
          if (connected !== (state === 1)) {
            connected = state === 1
            call(options.onConnectionChange, connected)
          }
          if (state === 2 && reason !== noContent && reason !== endedByTab) call(options.onError, new Error(reason))
        },
        onLeading: (leading) => {
          log('info', leading ? 'This tab leads' : 'This tab follows')
          call(options.onLeaderChange, leading)
        },
        onGap: (lastEventId) => call(options.onGap, { lastEventId }),
        onApp: (value) => this.handleBroadcastMessage(value),
      },
    )
    this.#member = member
  }

  /**
   * Leaves the other tabs; they keep the stream. `allTabs` ends it in every tab of the same URL, credentials and scope:
   * for a logout.
   */
  disconnect({ allTabs = false }: { allTabs?: boolean } = {}): void {
    const member = this.#member
    this.#member = undefined
    if (member) this.#hush?.()
    member?.leave(allTabs)
  }

  /** Whether this tab holds the connection. */
  isLeader(): boolean {
    return this.#member?.isLeading() ?? false
  }

  /** Gives the connection up for another tab to take. Alone, this tab takes it again. */
  demoteToFollower(): void {
    this.#member?.stepBack()
  }

  /** Hands an event of the app's own to the other tabs' `onEvent`. */
  broadcastEvent(event: SSEEvent<Events>): void {
    this.#member?.say(event)
  }

  /** Takes an event as if another tab had sent it. What is no event is ignored. */
  handleBroadcastMessage(message: unknown): void {
    const event = message as SSEEvent<Events> | null | undefined
    if (typeof event !== 'object' || typeof event?.type !== 'string' || !('data' in event)) return
    try {
      this.#options.onEvent?.(event)
    } catch (error) {
      reportError(error)
    }
  }
}

/** The server said that there is nothing more: no error. */
const noContent = 'The server answered 204'
