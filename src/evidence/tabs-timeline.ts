/** What tabs did, in the shapes that reports draw. */
import type { AppObservation } from './app.js'
import { type AppEvidence, isDone } from './app-evidence.js'
import { summariseHandovers } from './handovers.js'
import type { OriginUse, Report, TabsTimeline } from './report.js'

/** Before and after the coordinator, and what became of a stream that tabs share, as far as any of it was measured. */
export function picturesOf({ page, plain, coordinator, handover }: AppEvidence): Report['experiments'] {
  const tabs = [
    ...(isDone(plain) ? [tabsTimeline(plain, 'plain')] : []),
    ...(isDone(coordinator) ? [tabsTimeline(coordinator, 'coordinator')] : []),
  ]
  const origins = [
    ...(isDone(plain) ? originUses(plain, 'plain') : []),
    ...(isDone(coordinator) ? originUses(coordinator, 'coordinator') : []),
  ]
  return {
    ...(tabs.length > 0 && { tabs }),
    ...(origins.length > 0 && { origins }),
    ...(isDone(handover) && { handovers: summariseHandovers(page, handover) }),
  }
}

/**
 * What every tab asked for and when it got it, on one clock.
 *
 * @param side how the page was opened: as it is, or with the coordinator in place of EventSource
 */
export function tabsTimeline(
  { page, perTab, watchedMs = 0 }: AppObservation,
  side: TabsTimeline['side'],
): TabsTimeline {
  const tabs = perTab.map(({ tab, requests = [] }) => ({ tab, requests }))
  const moments = tabs.flatMap(({ requests }) =>
    requests.flatMap(({ askedMs, answeredMs, endedMs }) => [askedMs, answeredMs ?? 0, endedMs ?? 0]),
  )
  // No shorter than half a second, so that what goes on can be seen to go on.
  return { page, side, spanMs: Math.max(500, watchedMs, ...moments), tabs }
}

/**
 * What each origin of a page had to carry.
 *
 * @param side how the page was opened
 */
export function originUses({ page, origins }: AppObservation, side: TabsTimeline['side']): OriginUse[] {
  return origins.map(({ origin, sockets, streamsOpen, stalledRequests }) => ({
    origin,
    page,
    side,
    sockets,
    streams: streamsOpen,
    waiting: sockets === null ? null : stalledRequests,
    at: null,
  }))
}
