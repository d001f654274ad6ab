/** What tabs did, in the shapes that reports draw. */
import type { AppObservation, ObservedTab } from './app.js'
import { type AppEvidence, isDone } from './app-evidence.js'
import type { OriginUse, Report, TabRequest, TabsTimeline } from './report.js'

/** Before and after the coordinator, as far as either was measured. */
export function picturesOf({ plain, coordinator }: AppEvidence): Report['experiments'] {
  const tabs = [
    ...(isDone(plain) ? [tabsTimeline(plain, 'plain')] : []),
    ...(isDone(coordinator) ? [tabsTimeline(coordinator, 'coordinator')] : []),
  ]
  const origins = isDone(plain) ? originUses(plain) : []
  return { ...(tabs.length > 0 && { tabs }), ...(origins.length > 0 && { origins }) }
}

/**
 * What every tab asked for and when it got it.
 *
 * @param side how the page was opened: as it is, or with the coordinator in place of EventSource
 */
export function tabsTimeline({ page, perTab }: AppObservation, side: TabsTimeline['side']): TabsTimeline {
  const tabs = perTab.map((tab) => ({ tab: tab.tab, requests: requestsOf(tab) }))
  const moments = tabs.flatMap(({ requests }) =>
    requests.flatMap(({ askedMs, answeredMs, endedMs }) => [askedMs, answeredMs ?? 0, endedMs ?? 0]),
  )
  // Somewhat beyond the last thing that happened, so that what goes on can be seen to go on.
  return { page, side, spanMs: Math.max(500, ...moments) * 1.25, tabs }
}

function requestsOf({ url, loaded, loadMs, streams, waiting }: ObservedTab): TabRequest[] {
  const stuck = waiting.find(({ type }) => type === 'Document')
  const page: TabRequest = {
    url,
    kind: 'page',
    askedMs: 0,
    sentMs: null,
    answeredMs: loaded ? loadMs : null,
    endedMs: loaded ? loadMs : (stuck?.waitedMs ?? null),
  }
  return [
    page,
    ...streams.map((stream): TabRequest => {
      const { openedAtMs, answeredAtMs, closedAtMs } = stream
      const wait = answeredAtMs === null ? waiting.find((request) => request.url === stream.url) : undefined
      return {
        url: stream.url,
        kind: 'stream',
        askedMs: openedAtMs,
        sentMs: null,
        answeredMs: answeredAtMs,
        endedMs: closedAtMs ?? (wait ? openedAtMs + wait.waitedMs : null),
      }
    }),
  ]
}

/** What each origin of a page had to carry. */
export function originUses({ page, origins }: AppObservation): OriginUse[] {
  return origins.map(({ origin, sockets, streamsOpen, stalledRequests }) => ({
    origin,
    page,
    sockets,
    streams: streamsOpen,
    waiting: sockets === null ? null : stalledRequests,
    at: null,
  }))
}
