/** The Node API: what the commands do, without a terminal. */
export { type DiagnoseOptions, diagnose } from './doctor/index.js'
export { SseCoordError, type SseCoordErrorCode } from './error.js'
export type {
  CapturedEvent,
  DemandSnapshot,
  LedgerSnapshot,
  OriginSnapshot,
  StreamSnapshot,
} from './evidence/ledger.js'
export type { OnProgress, Progress } from './evidence/progress.js'
export type { FailoverCase, Finding, Report, StallExperiment, StallSide } from './evidence/report.js'
export { createMock, type Mock, type MockEvent, type MockOptions, type RequestHandler } from './mock/index.js'
export {
  createDashboard,
  createProxy,
  type Dashboard,
  type DashboardOptions,
  type Injection,
  type InjectionEvents,
  type InjectionFailure,
  type InjectionFailureReason,
  type InjectionOptions,
  type InjectionSnapshot,
  type Interceptor,
  injectCoordinator,
  type Ledger,
  type LedgerEvents,
  type OriginComparison,
  type PageComparison,
  type Proxy,
  type ProxyOptions,
  type RequestEvent,
  type Rewrite,
  type SideFigures,
  type SocketEvent,
  type StreamCapture,
  type StreamEvent,
  type WatchChunk,
  type WatchStream,
} from './proxy/index.js'
