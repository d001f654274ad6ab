/**
 * Follows every request of one tab, of its frames and workers, as the browser itself tells it (the Network domain of the
 * DevTools protocol).
 *
 * A request that waits shows as asked for (`requestWillBeSent`) and not sent (`requestWillBeSentExtraInfo` comes with the
 * headers that go on the wire). The wait for another request of the same URL, whose answer may be cached, looks the same.
 */
import type { CDPSession, Protocol } from 'puppeteer-core'
import { childSession, isFlat } from './nested-session.js'

/** A request not sent after so long waits: one that gets a connection is sent within a few milliseconds. */
const waitingAfterMs = 200

/** At most so many requests are followed, and so many announced ones kept; the oldest go first. */
const mostRequests = 2000

/** What runs there, in the browser's words: `page`, `iframe` (of another site), `worker`, `shared_worker` … */
export type TargetType = string

/** One request, from the moment it is asked for. Moments are those of `performance.now()`. */
export interface SeenRequest {
  id: string
  /** Which session told of it: the tab's own, a worker's or a frame's. */
  session: CDPSession
  target: TargetType
  /** What the page asked for. */
  url: string
  /** Where redirects led; equal to `url` without any. */
  finalUrl: string
  type: string | undefined
  frameId: string | undefined
  loaderId: string
  documentUrl: string
  /** The `Accept` header that the page set. */
  accept: string | undefined
  /** The browser asks by itself, as for the icon of a page: nobody waits for it. */
  isUnasked: boolean
  /** The code that asked, where the browser names it: for fetch and XMLHttpRequest, not for EventSource. */
  callFrames: Protocol.Runtime.CallFrame[]
  askedAt: number
  /** When it got a connection; for a redirected one the last time. */
  sentAt: number | null
  endedAt: number | null
  /** How many sendings were announced: one, and one for each redirect. */
  sendings: number
  answer: Answer | undefined
}

/** What is known of an answer once its headers are there. */
export interface Answer {
  at: number
  status: number
  mimeType: string
  connectionId: number
  protocol: string | null
  fromServiceWorker: boolean
  /** Nothing went over the network for it. */
  fromCache: boolean
}

/** What may be heard while requests come and go. */
export interface RequestListener {
  asked?(request: SeenRequest): void
  answered?(request: SeenRequest): void
  /** It is over, by its end or by a failure. */
  ended?(request: SeenRequest): void
  /** Documents, frames or workers have gone, with all requests for which `isGone`; the back/forward cache may keep them. */
  gone?(isGone: (request: SeenRequest) => boolean): void
  revived?(request: SeenRequest): void
}

export interface WatchOptions extends RequestListener {
  /** Runs for each session, before anything runs in it: the moment to put a script in. */
  prepare?: (session: CDPSession, target: TargetType) => Promise<unknown>
  /** What to watch of what belongs to the session. Default: everything. */
  accepts?: (target: Protocol.Target.TargetInfo) => boolean
}

/** The requests of one tab. */
export interface RequestWatch {
  /** Asked for and not over, by id. */
  live: ReadonlyMap<string, SeenRequest>
  /** Those of documents that have gone, of which no end was told. */
  left: ReadonlyMap<string, SeenRequest>
  /** Whether it has been waiting for a connection for more than 200 ms. */
  isWaiting(request: SeenRequest): boolean
  /** Whether it is on a connection. */
  isSent(request: SeenRequest): boolean
  /** Watches one more session, such as that of a shared worker. */
  watch(session: CDPSession, target: TargetType): Promise<void>
  /** Forgets everything. */
  forget(): void
}

/**
 * Follows requests for as long as the sessions live; attach it before the tab navigates.
 *
 * When the tab goes to another document, the requests of the old one are `left`, even if the back/forward cache keeps
 * them; they are live again when the browser delivers more of them.
 */
export function watchRequests({ prepare, accepts = () => true, ...listener }: WatchOptions = {}): RequestWatch {
  const requests = new Map<string, SeenRequest>()
  const left = new Map<string, SeenRequest>()
  /** How many sendings of a request have really begun. May come before the request is announced. */
  const sent = new Map<string, number>()
  /** When the latest sending of a request was announced, on our clock and, in seconds, on that of the browser. */
  const announced = new Map<string, { at: number; timestamp: number }>()

  function end(requestId: string): void {
    const request = requests.get(requestId) ?? left.get(requestId)
    requests.delete(requestId)
    left.delete(requestId)
    sent.delete(requestId)
    announced.delete(requestId)
    if (!request) return
    request.endedAt = performance.now()
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
    // A redirect that came from the cache was never sent.
    const isSentBefore = isRedirect && event.redirectHasExtraInfo
    const request: SeenRequest = {
      id: event.requestId,
      session,
      target,
      url: isRedirect ? before.url : event.request.url,
      finalUrl: event.request.url,
      // After a redirect the browser calls an EventSource's request `Other`.
      type: isRedirect ? before.type : event.type,
      frameId: event.frameId,
      loaderId: event.loaderId,
      documentUrl: event.documentURL,
      accept: event.request.headers.Accept ?? event.request.headers.accept,
      isUnasked: isRedirect ? before.isUnasked : event.type === 'Other' && event.initiator.type === 'other',
      callFrames: isRedirect ? before.callFrames : (event.initiator.stack?.callFrames ?? []),
      askedAt: isRedirect ? before.askedAt : performance.now(),
      sendings: isRedirect ? before.sendings + (isSentBefore ? 1 : 0) : 1,
      answer: undefined,
      sentAt: sent.has(event.requestId) ? performance.now() : null,
      endedAt: null,
    }
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
    request.answer = {
      at: performance.now(),
      status: response.status,
      mimeType: response.mimeType,
      connectionId: response.connectionId,
      protocol: response.protocol ?? null,
      fromServiceWorker: response.fromServiceWorker ?? false,
      fromCache: response.fromDiskCache ?? false,
    }
    listener.answered?.(request)
  }

  function onNavigated({ frame }: Protocol.Page.FrameNavigatedEvent): void {
    // Workers and frames of the old document go with it; requests of the new one bear its loader's id from the start.
    const isMain = frame.parentId === undefined
    leave((request) => (isMain || request.frameId === frame.id) && request.loaderId !== frame.loaderId)
  }

  async function watch(session: CDPSession, target: TargetType): Promise<void> {
    session.on('Network.requestWillBeSent', (event) => onRequest(session, target, event))
    session.on('Network.requestWillBeSentExtraInfo', onSent)
    session.on('Network.responseReceived', onAnswer)
    session.on('Network.dataReceived', ({ requestId }) => revive(requestId))
    session.on('Network.loadingFinished', ({ requestId }) => end(requestId))
    session.on('Network.loadingFailed', ({ requestId }) => end(requestId))
    session.on('Page.frameNavigated', onNavigated)
    session.on('Page.frameDetached', ({ frameId }) =>
      leave((request) => request.session === session && request.frameId === frameId),
    )
    session.on('Target.attachedToTarget', (event) => void adopt(session, event).catch(() => {}))
    session.on('sessiondetached', (child) => leave((request) => request.session === child))

    // The commands go out together and in this order: nothing runs in the target before the last of them.
    const steps = [
      prepare?.(session, target),
      session.send('Network.enable'),
      session.send('Target.setAutoAttach', {
        autoAttach: true,
        waitForDebuggerOnStart: true,
        flatten: isFlat(session),
      }),
      session.send('Page.enable').catch(() => {}), // A worker has no pages.
      session.send('Runtime.runIfWaitingForDebugger'),
    ]
    await Promise.all(steps)
  }

  /** Watches what the session was attached to. Whatever fails there has gone already. */
  async function adopt(parent: CDPSession, event: Protocol.Target.AttachedToTargetEvent): Promise<void> {
    const child = childSession(parent, event)
    if (!child) return
    if (accepts(event.targetInfo)) return watch(child, event.targetInfo.type)
    await child.send('Runtime.runIfWaitingForDebugger')
    await parent.send('Target.detachFromTarget', { sessionId: event.sessionId })
  }

  const isSent = ({ id, answer, sendings }: SeenRequest) => answer !== undefined || (sent.get(id) ?? 0) >= sendings

  return {
    live: requests,
    left,
    isWaiting: (request) => !isSent(request) && performance.now() - request.askedAt > waitingAfterMs,
    isSent,
    watch,
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
