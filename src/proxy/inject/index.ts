/** The coordinator, put into pages that pass the proxy. */
export type { OriginComparison, PageComparison, SideFigures } from './comparison.js'
export type { InjectionFailure, InjectionFailureReason } from './failure.js'
export {
  type Injection,
  type InjectionEvents,
  type InjectionOptions,
  type InjectionSnapshot,
  injectCoordinator,
} from './inject-coordinator.js'
