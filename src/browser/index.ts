/** Finds, installs, launches and watches real browsers, and brings their tabs to every kind of end. */
export { endings } from './endings.js'
export { type FailoverPlan, measureFailover, plannedFailoverMs } from './experiments/failover.js'
export { measureStallSide, plannedStallMs } from './experiments/stall.js'
export { type FindOptions, type FoundBrowser, findBrowser } from './find.js'
export { type InstallOptions, installBrowser } from './install.js'
export { type LaunchedBrowser, launchBrowser } from './launch.js'
export { type NetworkObserver, observeNetwork, sum } from './observe-network.js'
export { openTabs } from './open-tabs.js'
