/** Every check of an app, in the order of the report. */
import { clientDeadAfterErrorStatus } from '../checks/client-dead-after-error-status.js'
import { clientStreamRefused } from '../checks/client-stream-refused.js'
import { clientZombie } from '../checks/client-zombie.js'
import { tabsStreamsPerTab } from '../checks/tabs-streams-per-tab.js'
import { workerIntercepts } from '../checks/worker-intercepts.js'
import type { AppCheck } from './app-check.js'
import { failoverLossyOfApp } from './failover-lossy.js'
import { failoverSlowOfApp } from './failover-slow.js'
import { tabsStallOfApp } from './tabs-stall.js'

export const appChecks: readonly AppCheck[] = [
  tabsStallOfApp,
  tabsStreamsPerTab,
  clientStreamRefused,
  workerIntercepts,
  clientDeadAfterErrorStatus,
  clientZombie,
  failoverSlowOfApp,
  failoverLossyOfApp,
]
