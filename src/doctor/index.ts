/** The doctor: gathers evidence, judges it, reports. What callers of the Node API need of it is named in src/index.ts. */
export type { AppPart } from './app-options.js'
export { diagnose } from './diagnose.js'
export type { DiagnoseOptions } from './diagnose-options.js'
export { eventWords } from './failover-cases.js'
export { type GatherAppOptions, gatherApp } from './gather-app.js'
export { summarise, toFinding } from './judge.js'
export { readPages } from './pages.js'
export { runStep } from './step.js'
