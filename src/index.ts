/** The Node API: what the commands do, without a terminal. */
export {
  type BudgetConfig,
  type CheckLevel,
  type Config,
  defineConfig,
  type PageBudgetConfig,
  type PageConfig,
  type Percentage,
  type StartConfig,
  type Step,
} from './config/config.js'
export {
  type CheckPage,
  type DiagnoseOptions,
  describeEnvironment,
  diagnose,
  type EnvironmentEntry,
  explain,
  readPages,
} from './doctor/index.js'
export { SseCoordError, type SseCoordErrorCode } from './error.js'
export type {
  CapturedEvent,
  DemandSnapshot,
  LedgerSnapshot,
  LedgerTotals,
  LimitSnapshot,
  OriginSnapshot,
  StreamSnapshot,
} from './evidence/ledger.js'
export type { OnProgress, Progress } from './evidence/progress.js'
export type { FailoverCase, Finding, Report, StallExperiment, StallSide } from './evidence/report.js'
export {
  type FollowOptions,
  faultyReasons,
  type Happening as RecordHappening,
  type RecordOptions,
  record,
  type StopReason,
  type TailHappening,
  tail,
} from './follow/index.js'
export { createMock, type Mock, type MockEvent, type MockOptions, type RequestHandler } from './mock/index.js'
export type {
  Dashboard,
  DashboardOptions,
  ExchangeStart,
  ExchangeWatcher,
  Har,
  HarEntry,
  HarLog,
  HarOptions,
  Injection,
  InjectionEvents,
  InjectionFailure,
  InjectionFailureReason,
  InjectionOptions,
  InjectionSnapshot,
  Interceptor,
  Ledger,
  LedgerEvents,
  LimitEvent,
  OriginComparison,
  PageComparison,
  Proxy,
  ProxyOptions,
  RequestEvent,
  Rewrite,
  SideFigures,
  SocketEvent,
  StreamCapture,
  StreamEvent,
  WatchChunk,
  WatchExchange,
  WatchStream,
} from './proxy/index.js'
export { createDashboard, createHarLog, createProxy, injectCoordinator, redactUrl } from './proxy/index.js'
export { type Conversion, convertRecording } from './recording/index.js'
