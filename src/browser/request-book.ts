/**
 * The requests of one tab, from the events of the browser's Network domain.
 *
 * A request that waits shows as asked for (`requestWillBeSent`) and not sent (`requestWillBeSentExtraInfo` comes with the
 * headers that go on the wire). The wait for another request of the same URL, whose answer may be cached, looks the same.
 *
 * When the tab goes to another document, the requests of the old one are `left`, even if the back/forward cache keeps
 * them; they are live again when the browser delivers more of them.
 */
import type { CDPSession, Protocol } from 'puppeteer-core'
import { announcedBy, answerOf, redirected } from './request-event.js'
import type { RequestListener, SeenRequest, TargetType } from './seen-request.js'

/** A request not sent after so long waits: one that gets a connection is sent within a few milliseconds. */
const waitingAfterMs = 200

/** At most so many requests are followed, and so many announced ones kept; the oldest go first. */
const mostRequests = 2000

/** What is known, and what there is to be told. */
export interface RequestBook {
  /** Asked for and not over, by id. */
  live: ReadonlyMap<string, SeenRequest>
  /** Those of documents that have gone, of which no end was told. */
  left: ReadonlyMap<string, SeenRequest>
  /** Whether it has been waiting for a connection for more than 200 ms. */
  isWaiting(request: SeenRequest): boolean
  /** Whether it is on a connection. */
  isSent(request: SeenRequest): boolean
  /** `Network.requestWillBeSent`. */
  onRequest(session: CDPSession, target: TargetType, event: Protocol.Network.RequestWillBeSentEvent): void
  /** `Network.requestWillBeSentExtraInfo`. */
  onSent(event: { requestId: string }): void
  /** `Network.responseReceived`. */
  onAnswer(event: Protocol.Network.ResponseReceivedEvent): void
  /** More of its body has come. */
  revive(requestId: string): void
  /** It has finished or, with the browser's words for why, failed. */
  end(requestId: string, failure?: string): void
  /** A document, frame or worker has gone. */
  leave(isGone: (request: SeenRequest) => boolean): void
  /** Forgets everything. */
  forget(): void
}

export function createRequestBook(listener: RequestListener): RequestBook {
  const requests = new Map<string, SeenRequest>()
  const left = new Map<string, SeenRequest>()
  /** How many sendings of a request have really begun. May come before the request is announced. */
  const sent = new Map<string, number>()
  /** When the latest sending of a request was announced, on our clock and, in seconds, on that of the browser. */
  const announced = new Map<string, { at: number; timestamp: number }>()

  function end(requestId: string, failure?: string): void {
    const request = requests.get(requestId) ?? left.get(requestId)
    requests.delete(requestId)
    left.delete(requestId)
    sent.delete(requestId)
    announced.delete(requestId)
    if (!request) return
    request.endedAt = performance.now()
    if (failure !== undefined) request.failure = failure
    listener.ended?.(request)
  }

  function revive(requestId: string): void {
    const request = left.get(requestId)
    if (!request) return
    left.delete(requestId)
    request.endedAt = null
    requests.set(requestId, request)
    listener.revived?.(request)
  }

  function leave(isGone: (request: SeenRequest) => boolean): void {
    for (const [requestId, request] of requests) {
      if (!isGone(request)) continue
      requests.delete(requestId)
      request.endedAt = performance.now()
      keep(left, requestId, request)
    }
    listener.gone?.(isGone)
  }

  function onRequest(session: CDPSession, target: TargetType, event: Protocol.Network.RequestWillBeSentEvent): void {
    // What is in the document or in memory already needs no connection.
    if (/^(data|blob):/.test(event.request.url)) return
    const before = requests.get(event.requestId)
    const isRedirect = before !== undefined && event.redirectResponse !== undefined
    const asked = announcedBy(session, target, event)
    const request = isRedirect ? redirected(before, asked, event) : asked
    if (sent.has(event.requestId)) request.sentAt = performance.now()
    keep(requests, event.requestId, request)
    keep(announced, event.requestId, { at: performance.now(), timestamp: event.timestamp })
    if (!isRedirect) listener.asked?.(request)
  }

  function onSent({ requestId }: { requestId: string }): void {
    keep(sent, requestId, (sent.get(requestId) ?? 0) + 1)
    const request = requests.get(requestId)
    if (request && !request.answer) request.sentAt = performance.now()
  }

  /** The browser tells exactly once there is an answer; until then it is the moment at which we heard of it. */
  function sentAtOf({ id, sentAt }: SeenRequest, { timing }: Protocol.Network.Response): number | null {
    const begin = announced.get(id)
    if (!timing || !begin || timing.sendStart < 0) return sentAt
    const waitedMs = (timing.requestTime - begin.timestamp) * 1000 + timing.sendStart
    return Math.min(performance.now(), begin.at + Math.max(0, waitedMs))
  }

  function onAnswer({ requestId, response }: Protocol.Network.ResponseReceivedEvent): void {
    const request = requests.get(requestId)
    if (!request) return
    request.sentAt = sentAtOf(request, response)
    request.answer = answerOf(response)
    listener.answered?.(request)
  }

  const isSent = ({ id, answer, sendings }: SeenRequest) => answer !== undefined || (sent.get(id) ?? 0) >= sendings

  return {
    live: requests,
    left,
    isWaiting: (request) => !isSent(request) && performance.now() - request.askedAt > waitingAfterMs,
    isSent,
    onRequest,
    onSent,
    onAnswer,
    revive,
    end,
    leave,
    forget() {
      for (const map of [requests, left, sent, announced]) map.clear()
    },
  }
}

/** Sets an entry, as the newest, and drops the oldest where there are too many. */
function keep<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key)
  map.set(key, value)
  const oldest = map.keys().next()
  if (map.size > mostRequests && !oldest.done) map.delete(oldest.value)
}
