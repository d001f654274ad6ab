/** The coordinator, put into pages that pass the proxy. */
export type { InjectionFailure, InjectionFailureReason } from './failure.js'
export { type Injection, type InjectionEvents, type InjectionOptions, injectCoordinator } from './inject-coordinator.js'
export type { InjectionSnapshot, OriginComparison, PageComparison, SideFigures } from './injection-snapshot.js'
