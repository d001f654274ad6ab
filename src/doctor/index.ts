/** The doctor: gathers evidence, judges it, reports. */
export { diagnose } from './diagnose.js'
export type { DiagnoseOptions } from './diagnose-options.js'
export { describeEnvironment, type EnvironmentEntry } from './environment.js'
export { summarise } from './judge.js'
export { type JudgeAgainOptions, judgeAgain } from './judge-again.js'
export { type CheckPage, explain, readPages } from './pages.js'
export { runStep } from './step.js'
export type { StreamOptions } from './stream-options.js'
