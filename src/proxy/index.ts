/** The HTTP/1.1 dev proxy: what it is, what it counts, and what it says as it happens. */
export { createProxy } from './create-proxy.js'
export { createDashboard, type Dashboard, type DashboardOptions } from './dashboard/index.js'
export type { ExchangeStart, ExchangeWatcher, WatchExchange } from './exchanges.js'
export { createHarLog, type HarLog, type HarOptions } from './har.js'
export type { Har, HarEntry } from './har-format.js'
export {
  type Injection,
  type InjectionEvents,
  type InjectionFailure,
  type InjectionFailureReason,
  type InjectionOptions,
  type InjectionSnapshot,
  injectCoordinator,
  type OriginComparison,
  type PageComparison,
  type SideFigures,
} from './inject/index.js'
export type { Interceptor, Rewrite } from './interceptor.js'
export { Ledger } from './ledger.js'
export type { LedgerEvents, LimitEvent, RequestEvent, SocketEvent, StreamEvent } from './ledger-events.js'
export type { ProxyOptions } from './options.js'
export type { Proxy } from './proxy.js'
export { type RecordStreamsOptions, recordStreams, type StreamRecording } from './record-streams.js'
export type { StreamCapture } from './stream-capture.js'
export type { WatchChunk, WatchStream } from './stream-watchers.js'
