/** What can go wrong with a stream, on purpose: one vocabulary for mock and proxy. */
export { catalog } from './catalog.js'
export type { FaultedStream } from './fault-row.js'
export { parseFault } from './grammar.js'
export { type FaultDescription, listFaults } from './list-faults.js'
export {
  createFaultPlan,
  type FaultPlan,
  type FaultPlanOptions,
  type FaultRequest,
  noFaults,
  type RequestFaults,
} from './plan.js'
export type { ResponseHead, Sink } from './sink.js'
