/** A running proxy, as its owner, the dashboard and the injection see it. */
import type { FaultPlan } from '../faults/index.js'
import type { WatchExchange } from './exchanges.js'
import type { Interceptor } from './interceptor.js'
import type { Ledger } from './ledger.js'
import type { StreamCapture } from './stream-capture.js'
import type { WatchStream } from './stream-watchers.js'

/** A running proxy. */
export interface Proxy {
  /** Where it listens, without a slash at the end. */
  readonly url: string
  readonly port: number
  /** The app behind it; `null` in forward mode. */
  readonly target: string | null
  /** Connections, requests and streams: snapshots, and events as they happen. */
  readonly ledger: Ledger
  /** The faults that are on; they can be switched while the proxy runs. */
  readonly faults: FaultPlan
  /** What the streams carried last, within bounds. */
  readonly capture: StreamCapture
  /**
   * Puts something between client and target, for requests that come from now on, behind what stands there already.
   * Returns how to take it out again.
   */
  intercept(interceptor: Interceptor): () => void
  /** Shows each chunk of each stream that opens from now on, after it was sent on. Returns how to end it. */
  watch(watcher: WatchStream): () => void
  /** Shows each request and the head of its response. Returns how to end it. */
  watchExchanges(watcher: WatchExchange): () => void
  /**
   * Asks whether somebody listens where the target should be. Resolves with `null` if so, and in forward mode, else
   * with a sentence that says why not. The target may come later.
   */
  reachTarget(): Promise<string | null>
  /** Cuts all connections; resolves when none is left. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
