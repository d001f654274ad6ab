/** The doctor: gathers evidence, judges it, reports. */
export { diagnose } from './diagnose.js'
export type { DiagnoseOptions } from './diagnose-options.js'
