/** What every tab of the page asked for and when it got it, with the app's own streams and with the coordinator. */
import type { AppObservation } from '../../evidence/app.js'
import { type AppEvidence, isDone } from '../../evidence/app-evidence.js'
import type { TabsTimeline } from '../../evidence/report.js'

export function timelinesOf({ plain, coordinator }: AppEvidence): TabsTimeline[] {
  return [
    ...(isDone(plain) ? [timeline(plain, 'plain')] : []),
    ...(isDone(coordinator) ? [timeline(coordinator, 'coordinator')] : []),
  ]
}

function timeline({ page, perTab, durationMs }: AppObservation, side: TabsTimeline['side']): TabsTimeline {
  return { page, side, spanMs: durationMs, tabs: perTab.map(({ tab, requests = [] }) => ({ tab, requests })) }
}
