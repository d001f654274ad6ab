/** The Node API: what the commands do, without a terminal. */
export { type DiagnoseOptions, diagnose } from './doctor/index.js'
export { SseCoordError, type SseCoordErrorCode } from './error.js'
export type { LedgerSnapshot, OriginSnapshot, StreamSnapshot } from './evidence/ledger.js'
export type { OnProgress, Progress } from './evidence/progress.js'
export type { FailoverCase, Finding, Report, StallExperiment, StallSide } from './evidence/report.js'
export { type FaultDescription, listFaults } from './faults/index.js'
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
  createProxy,
  type Ledger,
  type LedgerEvents,
  type Proxy,
  type ProxyOptions,
  type RequestEvent,
  type SocketEvent,
  type StreamEvent,
} from './proxy/index.js'
