/** Follows the ids of the events that a tab's own streams bring, as the browser tells them. Chromium only. */
import type { CDPSession } from 'puppeteer-core'
import { createParser } from '../../sse/parse.js'

/** An event that a stream brought, and the moment by `performance.now()`. */
export interface SeenId {
  id: string
  at: number
  /** The `Last-Event-ID` that its stream was asked for with; null without one. */
  resumedAfter: string | null
}

/** At most so many are kept of one tab; the oldest go first. */
const mostIds = 5000

/** Writes into `ids` what the session's streams bring, by EventSource or by fetch. To be called before anything runs there. */
export function followIds(session: CDPSession, ids: SeenId[]): void {
  const asked = new Map<string, string>()
  const keep = (requestId: string, id: string) => {
    if (id === '') return
    ids.push({ id, at: performance.now(), resumedAfter: asked.get(requestId) ?? null })
    if (ids.length > mostIds) ids.shift()
  }
  session.on('Network.eventSourceMessageReceived', ({ requestId, eventId }) => keep(requestId, eventId))
  const onHeaders = (requestId: string, headers: Record<string, string>) => {
    const name = Object.keys(headers).find((key) => key.toLowerCase() === 'last-event-id')
    if (name !== undefined) asked.set(requestId, headers[name] ?? '')
  }
  session.on('Network.requestWillBeSent', ({ requestId, request }) => onHeaders(requestId, request.headers))
  session.on('Network.requestWillBeSentExtraInfo', ({ requestId, headers }) => onHeaders(requestId, headers))
  const parsers = new Map<string, ReturnType<typeof createParser>>()
  session.on('Network.responseReceived', async ({ requestId, response, type }) => {
    if (type === 'EventSource' || response.mimeType !== 'text/event-stream') return
    const parser = createParser(
      { onEvent: ({ lastEventId, hasId }) => hasId && keep(requestId, lastEventId) },
      { maxLength: 65_536 },
    )
    parsers.set(requestId, parser)
    // From here on the browser hands over what a fetch receives.
    const begun = await session.send('Network.streamResourceContent', { requestId }).catch(() => undefined)
    if (begun) parser.feed(Buffer.from(begun.bufferedData, 'base64'))
    else parsers.delete(requestId)
  })
  session.on('Network.dataReceived', ({ requestId, data }) => {
    if (data !== undefined) parsers.get(requestId)?.feed(Buffer.from(data, 'base64'))
  })
  session.on('Network.loadingFinished', ({ requestId }) => parsers.delete(requestId))
  session.on('Network.loadingFailed', ({ requestId }) => parsers.delete(requestId))
}
