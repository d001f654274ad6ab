/**
 * The Node API: what the commands do, without a terminal.
 *
 * puppeteer-core may not be installed, and the types are to hold all the same: none of those that are named here leads to
 * it. That is why parts of the doctor and of the browser are taken from their files, past the doors of their rooms.
 */

export type { AppCookie, AppStep } from './browser/app-page-options.js'
export { type CountStreamsOptions, countStreams, type StreamRun } from './browser/count-streams.js'
export type { PageLike } from './browser/page-like.js'
export type { StreamCount } from './browser/stream-count.js'
export {
  type CheckOptions,
  checkBudget,
  guessProject,
  type InitOptions,
  initProject,
  type ProjectGuess,
  type WrittenFile,
} from './budget/index.js'
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
export type { SetupPage } from './config/setup-page.js'
export type { AppOptions, AppPart } from './doctor/app-options.js'
export { diagnose } from './doctor/diagnose.js'
export type { DiagnoseOptions } from './doctor/diagnose-options.js'
export { describeEnvironment, type EnvironmentEntry } from './doctor/environment.js'
export { type JudgeAgainOptions, judgeAgain } from './doctor/judge-again.js'
export { type CheckPage, explain, readPages } from './doctor/pages.js'
export type { StreamOptions } from './doctor/stream-options.js'
export { SseCoordError, type SseCoordErrorCode } from './error.js'
export type { CodePlace, ObservedStream } from './evidence/app.js'
export type { Evidence } from './evidence/evidence.js'
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
export { redactUrl } from './evidence/redact.js'
export type {
  FailoverCase,
  Finding,
  Report,
  StallExperiment,
  StallSide,
  StreamSummary,
  Timeline,
} from './evidence/report.js'
export { type FaultDescription, listFaults } from './faults/index.js'
export {
  type FollowOptions,
  faultyReasons,
  type Happening as RecordHappening,
  type QuietStream,
  type RecordOptions,
  record,
  type Stopped,
  type StopReason,
  type TailHappening,
  tail,
} from './follow/index.js'
export {
  createMock,
  type LlmOptions,
  type Mock,
  type MockEvent,
  type MockOptions,
  type MockProfile,
  type RequestHandler,
} from './mock/index.js'
export {
  createDashboard,
  createHarLog,
  createProxy,
  type Dashboard,
  type DashboardOptions,
  type ExchangeStart,
  type ExchangeWatcher,
  type Har,
  type HarEntry,
  type HarLog,
  type HarOptions,
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
  type LimitEvent,
  type OriginComparison,
  type PageComparison,
  type Proxy,
  type ProxyOptions,
  type RecordStreamsOptions,
  type RequestEvent,
  type Rewrite,
  recordStreams,
  type SideFigures,
  type SocketEvent,
  type StreamCapture,
  type StreamEvent,
  type StreamRecording,
  type WatchChunk,
  type WatchExchange,
  type WatchStream,
} from './proxy/index.js'
export { type Conversion, convertRecording } from './recording/index.js'
