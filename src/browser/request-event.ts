/** Requests and answers as the events of the browser's Network domain describe them. */
import type { CDPSession, Protocol } from 'puppeteer-core'
import type { Answer, SeenRequest, TargetType } from './seen-request.js'

/** A request that is asked for. */
export function announcedBy(
  session: CDPSession,
  target: TargetType,
  event: Protocol.Network.RequestWillBeSentEvent,
): SeenRequest {
  return {
    id: event.requestId,
    session,
    target,
    url: event.request.url,
    finalUrl: event.request.url,
    type: event.type,
    frameId: event.frameId,
    loaderId: event.loaderId,
    documentUrl: event.documentURL,
    accept: event.request.headers.Accept ?? event.request.headers.accept,
    isUnasked: event.type === 'Other' && event.initiator.type === 'other',
    callFrames: event.initiator.stack?.callFrames ?? [],
    askedAt: performance.now(),
    sendings: 1,
    answer: undefined,
    sentAt: null,
    endedAt: null,
  }
}

/** The same request, sent on by a redirect. The browser calls an EventSource's `Other` then. */
export function redirected(
  before: SeenRequest,
  next: SeenRequest,
  { redirectHasExtraInfo }: Protocol.Network.RequestWillBeSentEvent,
): SeenRequest {
  const { url, type, isUnasked, callFrames, askedAt } = before
  // A redirect that came from the cache was never sent.
  const sendings = before.sendings + (redirectHasExtraInfo ? 1 : 0)
  return { ...next, url, type, isUnasked, callFrames, askedAt, sendings }
}

/** An answer, now that its headers are there. */
export function answerOf(response: Protocol.Network.Response): Answer {
  return {
    at: performance.now(),
    status: response.status,
    mimeType: response.mimeType,
    connectionId: response.connectionId,
    protocol: response.protocol ?? null,
    fromServiceWorker: response.fromServiceWorker ?? false,
    fromCache: response.fromDiskCache ?? false,
  }
}

/** Why a request came to nothing; undefined where the page itself has ended it. */
export function failureOf(event: Protocol.Network.LoadingFailedEvent): string | undefined {
  const { blockedReason, corsErrorStatus, errorText, canceled } = event
  if (corsErrorStatus) return `cors: ${corsErrorStatus.corsError}`
  if (blockedReason !== undefined) return `blocked: ${blockedReason}`
  return canceled || errorText === 'net::ERR_ABORTED' ? undefined : errorText
}
