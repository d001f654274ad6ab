/** What can go wrong with a stream, on purpose: one vocabulary for mock and proxy. */
export { catalog } from './catalog.js'
export type { FaultDefinition, Instead } from './define.js'
export { type Fault, parseFault } from './grammar.js'
export {
  type ActiveFault,
  createFaultPlan,
  type FaultedStream,
  type FaultPlan,
  type FaultPlanOptions,
  type FaultRequest,
  type RequestFaults,
} from './plan.js'
export type { ResponseHead, Sink } from './sink.js'
