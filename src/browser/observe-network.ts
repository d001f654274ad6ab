/**
 * What one tab asks of the network, as the browser itself tells it (the Network domain of the DevTools protocol): streams
 * that are open, and requests that wait because no connection is free.
 *
 * A request that waits shows as asked for (`requestWillBeSent`) and not sent (`requestWillBeSentExtraInfo` comes with the
 * headers that go on the wire). The wait for another request of the same URL, whose answer may be cached, looks the same.
 */
import type { CDPSession, Page, Protocol } from 'puppeteer-core'

/** A request not sent after so long waits: one that gets a connection is sent within a few milliseconds. */
const waitingAfterMs = 200

/** At most so many requests are followed, and so many announced ones kept; the oldest go first. */
const mostRequests = 2000

/** What is going on at one moment, in one tab or in several. */
export interface NetworkCount {
  /** Event streams answered and not finished: by EventSource, or by fetch with `text/event-stream`. */
  streamsOpen: number
  /** EventSources asked for more than 200 ms ago that have no connection. */
  streamsWaiting: number
  /** Requests of any kind asked for more than 200 ms ago that have no connection. */
  requestsWaiting: number
  /** The connections that carry a request which is answered and not finished. Numbers are unique in one browser. */
  connections: Set<number>
}

/** Live figures of one tab. What is read after `close()`, or after the tab has gone, is zero. */
export interface NetworkObserver extends Readonly<NetworkCount> {
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

interface Request {
  /** Which of the tab's sessions told of it: its own, a worker's or a frame's. */
  session: CDPSession
  type: string | undefined
  frameId: string | undefined
  loaderId: string
  askedAt: number
  /** How many sendings were announced: one, and one for each redirect. */
  sendings: number
  answer: { mimeType: string; connectionId: number } | undefined
}

/**
 * Begins to watch a tab, its workers and frames; attach it before the tab navigates. Chromium only.
 *
 * When the tab goes to another document, the requests of the old one no longer count, even if the back/forward cache keeps
 * them; they count again when the browser delivers more of them.
 */
export async function observeNetwork(page: Page): Promise<NetworkObserver> {
  const requests = new Map<string, Request>()
  const left = new Map<string, Request>()
  /** How many sendings of a request have really begun. May come before the request is announced. */
  const sent = new Map<string, number>()

  function end(requestId: string): void {
    requests.delete(requestId)
    left.delete(requestId)
    sent.delete(requestId)
  }

  function revive(requestId: string): void {
    const request = left.get(requestId)
    if (!request) return
    left.delete(requestId)
    requests.set(requestId, request)
  }

  function leave(isGone: (request: Request) => boolean): void {
    for (const [requestId, request] of requests) {
      if (!isGone(request)) continue
      requests.delete(requestId)
      keep(left, requestId, request)
    }
  }

  function onRequest(session: CDPSession, event: Protocol.Network.RequestWillBeSentEvent): void {
    // What is in the document or in memory already needs no connection.
    if (/^(data|blob):/.test(event.request.url)) return
    const before = requests.get(event.requestId)
    const isRedirect = before !== undefined && event.redirectResponse !== undefined
    // A redirect that came from the cache was never sent.
    const isSentBefore = isRedirect && event.redirectHasExtraInfo
    keep(requests, event.requestId, {
      session,
      // After a redirect the browser calls an EventSource's request `Other`.
      type: isRedirect ? before.type : event.type,
      frameId: event.frameId,
      loaderId: event.loaderId,
      askedAt: performance.now(),
      sendings: isRedirect ? before.sendings + (isSentBefore ? 1 : 0) : 1,
      answer: undefined,
    })
  }

  function onSent({ requestId }: { requestId: string }): void {
    keep(sent, requestId, (sent.get(requestId) ?? 0) + 1)
  }

  function onAnswer({ requestId, response }: Protocol.Network.ResponseReceivedEvent): void {
    const request = requests.get(requestId)
    if (!request) return
    request.answer = { mimeType: response.mimeType, connectionId: response.connectionId }
  }

  function onNavigated({ frame }: Protocol.Page.FrameNavigatedEvent): void {
    // Workers and frames of the old document go with it; requests of the new one bear its loader's id from the start.
    const isMain = frame.parentId === undefined
    leave((request) => (isMain || request.frameId === frame.id) && request.loaderId !== frame.loaderId)
  }

  async function watch(session: CDPSession): Promise<void> {
    session.on('Network.requestWillBeSent', (event) => onRequest(session, event))
    session.on('Network.requestWillBeSentExtraInfo', onSent)
    session.on('Network.responseReceived', onAnswer)
    session.on('Network.dataReceived', ({ requestId }) => revive(requestId))
    session.on('Network.loadingFinished', ({ requestId }) => end(requestId))
    session.on('Network.loadingFailed', ({ requestId }) => end(requestId))
    session.on('Page.frameNavigated', onNavigated)
    session.on('Page.frameDetached', ({ frameId }) =>
      leave((request) => request.session === session && request.frameId === frameId),
    )
    session.on('sessionattached', (child) => void watch(child).catch(() => {}))
    session.on('sessiondetached', (child) => leave((request) => request.session === child))
    await session.send('Network.enable')
    await session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true })
    await session.send('Page.enable').catch(() => {}) // A worker has no pages.
    await session.send('Runtime.runIfWaitingForDebugger')
  }

  function forget(): void {
    for (const map of [requests, left, sent]) map.clear()
  }

  const main = await page.createCDPSession()
  main.on('Inspector.targetCrashed', forget)
  page.once('close', forget)
  await watch(main)

  const isWaiting = (requestId: string, { answer, askedAt, sendings }: Request) =>
    answer === undefined && (sent.get(requestId) ?? 0) < sendings && performance.now() - askedAt > waitingAfterMs
  const waiting = () => [...requests].filter(([requestId, request]) => isWaiting(requestId, request))

  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= main.detach().catch(() => {}) // It is detached already when the tab is closed.
    page.off('close', forget)
    return closing.then(forget)
  }
  return {
    get streamsOpen() {
      return [...requests.values()].filter(isOpenStream).length
    },
    get streamsWaiting() {
      return waiting().filter(([, { type }]) => type === 'EventSource').length
    },
    get requestsWaiting() {
      return waiting().length
    },
    get connections() {
      return new Set([...requests.values()].flatMap(({ answer }) => answer?.connectionId || []))
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

function isOpenStream({ type, answer }: Request): boolean {
  return answer !== undefined && (type === 'EventSource' || answer.mimeType === 'text/event-stream')
}

/** Sets an entry, as the newest, and drops the oldest where there are too many. */
function keep<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key)
  map.set(key, value)
  const oldest = map.keys().next()
  if (map.size > mostRequests && !oldest.done) map.delete(oldest.value)
}

/** The same figures for several tabs together; tabs that share a connection count it once. */
export function sum(observers: Iterable<Readonly<NetworkCount>>): NetworkCount {
  const total: NetworkCount = { streamsOpen: 0, streamsWaiting: 0, requestsWaiting: 0, connections: new Set() }
  for (const { streamsOpen, streamsWaiting, requestsWaiting, connections } of observers) {
    total.streamsOpen += streamsOpen
    total.streamsWaiting += streamsWaiting
    total.requestsWaiting += requestsWaiting
    for (const connection of connections) total.connections.add(connection)
  }
  return total
}
