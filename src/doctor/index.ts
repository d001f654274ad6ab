/** The doctor: gathers evidence, judges it, reports. */
export type { AppOptions } from './app-options.js'
export { diagnose } from './diagnose.js'
export type { DiagnoseOptions } from './diagnose-options.js'
export { describeEnvironment, type EnvironmentEntry } from './environment.js'
export { type AppPart, type GatherAppOptions, gatherApp } from './gather-app.js'
export { type JudgeAgainOptions, judgeAgain } from './judge-again.js'
export { type CheckPage, explain, readPages } from './pages.js'
export type { StreamOptions } from './stream-options.js'
