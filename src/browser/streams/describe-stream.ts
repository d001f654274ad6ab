/** A stream in the terms of the report: with the place of its code, times from the opening of its tab, and no secrets. */
import type { ObservedStream } from '../../evidence/app.js'
import { redactUrl } from '../../evidence/redact.js'
import { roundMs } from '../../evidence/round-ms.js'
import { locate } from './locate.js'
import type { SourceMaps } from './source-maps.js'
import type { StreamRecord } from './stream-record.js'

/** @param openedAt the moment from which the times count, by `performance.now()`. */
export async function describeStream(
  record: StreamRecord,
  openedAt: number,
  maps: SourceMaps,
): Promise<ObservedStream> {
  const since = (at: number | null) => (at === null ? null : roundMs(at - openedAt))
  return {
    url: redactUrl(record.url),
    kind: record.kind,
    context: record.context,
    state: record.state,
    openedBy: await locate(record.stack, maps),
    protocol: record.protocol,
    fromServiceWorker: record.fromServiceWorker,
    status: record.status,
    ...(record.mediaType !== null && { mediaType: record.mediaType }),
    ...(record.wasOpen && { wasOpen: true as const }),
    ...(record.failure !== null && { failure: record.failure }),
    pageUrl: redactUrl(record.pageUrl),
    openedAtMs: roundMs(record.openedAt - openedAt),
    answeredAtMs: since(record.answeredAt),
    closedAtMs: since(record.closedAt),
    reconnects: record.reconnects,
  }
}
