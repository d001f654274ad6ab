/** Every check there is, in the order of the report. */
import type { Check } from '../check.js'
import { browserNoStall } from './browser-no-stall.js'
import { failoverLossy } from './failover-lossy.js'
import { failoverSlow } from './failover-slow.js'
import { tabsStall } from './tabs-stall.js'

export const checks: readonly Check[] = [tabsStall, browserNoStall, failoverSlow, failoverLossy]
