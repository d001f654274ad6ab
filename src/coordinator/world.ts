/**
 * What the coordinator needs of the web platform, in one place: pages, frames and workers fill it in one way, the
 * model test in another. Nothing else in this room touches a global.
 */

/** The platform that one member of a group lives on. */
export interface World {
  /** Web Locks; missing on plain-http hosts other than localhost. */
  readonly locks: Pick<LockManager, 'request'> | undefined
  readonly BroadcastChannel: typeof BroadcastChannel | undefined
  /** The browser's own EventSource, captured when this module loads: an app may replace the global one by ours. */
  readonly EventSource: typeof EventSource | undefined
  readonly fetch: typeof fetch
  /** The origin of the page or worker; the text `null` where it has none of its own. */
  readonly origin: string
  /** What relative URLs are relative to. */
  readonly baseUrl: string | undefined
  /** Whether timers run on time: the page is visible, or this is a worker. */
  isVisible(): boolean
  /** Milliseconds that only go forward. */
  now(): number
  /** Milliseconds since the Unix epoch. */
  date(): number
  /** At least 0, below 1. */
  random(): number
  setTimeout(callback: () => void, delayMs: number): number
  clearTimeout(timer: number | undefined): void
  /** Calls back in a task of its own, soon and never throttled. */
  soon(callback: () => void): void
  /** Listens to an event of the page's life cycle; the function returned stops that. */
  on(type: string, listener: (event: Event) => void): () => void
}

const scope = globalThis

/** The world of this page or worker. Only reads globals that Node has too, so that importing it there does no harm. */
export const thisWorld: World = {
  locks: scope.navigator?.locks,
  BroadcastChannel: scope.BroadcastChannel,
  EventSource: scope.EventSource,
  fetch: (input, init) => scope.fetch(input, init),
  origin: scope.origin,
  get baseUrl() {
    return scope.document?.baseURI ?? scope.location?.href
  },
  isVisible: () => scope.document?.visibilityState !== 'hidden',
  now: () => performance.now(),
  date: () => Date.now(),
  random: () => Math.random(),
  setTimeout: (callback, delayMs) => scope.setTimeout(callback, delayMs) as unknown as number,
  clearTimeout: (timer) => scope.clearTimeout(timer),
  soon(callback) {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      callback()
    }
    port2.postMessage(0)
  },
  on(type, listener) {
    // Captured at the window: `freeze`, `resume` and `visibilitychange` are sent to the document.
    scope.addEventListener(type, listener, true)
    return () => scope.removeEventListener(type, listener, true)
  },
}
