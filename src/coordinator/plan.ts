/**
 * What stream a group shares and how it is read: plain data, so that a worker can be told of it too. Who agrees on what
 * makes a stream the same one forms a group.
 */
/** Request headers, or a function that gives them. */
export type HeadersOption = HeadersInit | ((context: { refused: boolean }) => HeadersInit | Promise<HeadersInit>)

/** How the stream is read. */
export type TransportName = 'auto' | 'fetch' | 'eventsource'

/** What makes a stream the same one. */
export interface StreamIdentity {
  /** Default `sse-coordinator`. */
  channelName?: string | undefined
  /** Absolute. */
  url: string
  withCredentials?: boolean | undefined
  /** Whose stream it is. */
  scope?: string | undefined
  method?: string | undefined
  body?: string | undefined
}

/** A stream, and how to share it and keep it open. */
export interface Plan extends StreamIdentity {
  /** Asked afresh for every connection; `refused` when the last one was answered with 401. */
  headers?: HeadersOption | undefined
  transport?: TransportName | undefined
  lastEventIdParam?: string | undefined
  /** How many of the last events a newcomer wants. */
  replay?: number | undefined
  /** The reconnection time until the server sets one, in milliseconds. Default: 3,000, as browsers have it. */
  retryMs?: number | undefined
  /** Attempts in a row that may fail; none of them counts once a connection opens. Default: any number. */
  maxReconnectAttempts?: number | undefined
  /**
   * Comes back after a response that may be a better one the next time (5xx, 408, 425, 429). Default: gives up, as a
   * browser does.
   */
  reconnectOnError?: boolean | undefined
}

/** Raised with every change of what members say to each other, so that two versions of an app never mix. */
const protocol = 4

/** The name of lock and channel. The full text rather than a hash of it: nothing can collide. */
export function nameGroup(way: string, plan: StreamIdentity): string {
  const own = plan.channelName ?? 'sse-coordinator'
  return JSON.stringify([own, protocol, way, plan.url, !!plan.withCredentials, plan.scope, plan.method, plan.body])
}
