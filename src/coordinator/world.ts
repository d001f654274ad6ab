/**
 * What the coordinator needs of the web platform, under the platform's own names: in pages, frames and workers it is the
 * global object, in the model test a simulation. Nothing else in this room touches a global that is not in the language.
 */

/** The platform that one member of a group lives on. */
export interface World {
  /** Web Locks are missing on plain-http hosts other than localhost. */
  readonly navigator?: { readonly locks?: Pick<LockManager, 'request'> }
  readonly BroadcastChannel?: typeof BroadcastChannel
  readonly fetch: typeof fetch
  /** The text `null` where the page or worker has no origin of its own. */
  readonly origin: string
  readonly location?: { readonly href: string }
  readonly document?: { readonly baseURI: string; readonly visibilityState: string }
  readonly performance: { now(): number }
  readonly Date: { now(): number }
  readonly Math: { random(): number }
  setTimeout(callback: () => void, delayMs: number): number
  clearTimeout(timer: number | undefined): void
  addEventListener(type: string, listener: (event: Event) => void, options: AddEventListenerOptions): void
}

/** The world of this page or worker. */
export const thisWorld: World = globalThis as unknown as World

/** A stream's absolute URL; throws what `fail` makes of the words when there is none. */
export function resolveUrl(url: string | URL, fail: (words: string) => Error): URL {
  try {
    return new URL(url, thisWorld.document?.baseURI ?? thisWorld.location?.href)
  } catch {
    throw fail(`Invalid URL: ${url}`)
  }
}
