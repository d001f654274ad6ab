/** Finds, installs, launches and watches real browsers, and brings their tabs to every kind of end. */
export {
  type CountStreamsOptions,
  countStreams,
  type PageLike,
  type StreamCount,
  type StreamRun,
} from './count-streams.js'
export { endings } from './endings.js'
export type { AppCookie, AppStep } from './experiments/app-steps.js'
export { measureErrorStatus } from './experiments/error-status.js'
export { measureFailover, plannedFailoverMs } from './experiments/failover.js'
export type { FailoverPlan } from './experiments/failover-trials.js'
export { measureHandover, plannedHandoverMs, sharedStream } from './experiments/handover.js'
export { coordinatorScript } from './experiments/inject-coordinator.js'
export { observeApp, plannedObserveMs } from './experiments/observe-app.js'
export type { OpenAppOptions } from './experiments/open-app.js'
export { measureReload, plannedReloadMs } from './experiments/reload.js'
export { measureStallSide, plannedStallMs } from './experiments/stall.js'
export { type FindOptions, type FoundBrowser, findBrowser } from './find.js'
export { type InstallOptions, installBrowser } from './install.js'
export { type LaunchedBrowser, launchBrowser } from './launch.js'
export { type NetworkObserver, observeNetwork, sum } from './observe-network.js'
export { openTabs } from './open-tabs.js'
export { endProcesses, listProcesses } from './processes.js'
export { expectPage } from './trust.js'
export { workIn } from './work-in.js'
