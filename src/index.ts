/** The Node API: what the commands do, without a terminal. */
export {
  type CheckPage,
  type DiagnoseOptions,
  describeEnvironment,
  diagnose,
  type EnvironmentEntry,
  explain,
  type JudgeAgainOptions,
  judgeAgain,
  readPages,
  type StreamOptions,
} from './doctor/index.js'
export { SseCoordError, type SseCoordErrorCode } from './error.js'
export type { Evidence } from './evidence/evidence.js'
export type { LedgerSnapshot, OriginSnapshot, StreamSnapshot } from './evidence/ledger.js'
export type { OnProgress, Progress } from './evidence/progress.js'
export type {
  FailoverCase,
  Finding,
  Report,
  StallExperiment,
  StallSide,
  StreamSummary,
  Timeline,
} from './evidence/report.js'
export { createMock, type Mock, type MockEvent, type MockOptions, type RequestHandler } from './mock/index.js'
export {
  createProxy,
  type Ledger,
  type LedgerEvents,
  type Proxy,
  type ProxyOptions,
  type RequestEvent,
  type SocketEvent,
  type StreamEvent,
} from './proxy/index.js'
