/**
 * The requests of one tab in Firefox, as WebDriver BiDi tells of them: which were asked for, answered, ended or left behind,
 * not which have a connection.
 */
import type { CDPSession, Frame, HTTPRequest, HTTPResponse, Page } from 'puppeteer-core'
import type { Answer, RequestListener, SeenRequest } from '../seen-request.js'

/** At most so many requests are followed. */
const mostRequests = 2000

/** What is known of the tab's requests. */
export interface BidiRequests {
  /** Asked for and not over, in order. */
  live(): SeenRequest[]
  /** The protocol that the page itself came over, once that is known. */
  protocol(): string | null
  /** Follows no more. */
  close(): void
}

/** @param session belongs to all requests: BiDi knows of one alone. */
export function followBidiRequests(page: Page, session: CDPSession, listener: Required<RequestListener>): BidiRequests {
  const live = new Map<HTTPRequest, SeenRequest>()
  const frames = createFrameNames(page.mainFrame())
  let count = 0
  let protocol: string | null = null

  function onRequest(request: HTTPRequest): void {
    if (/^(data|blob):/.test(request.url()) || live.size >= mostRequests) return
    const frameId = frames.nameOf(request.frame())
    const seen = seenOf(request, { id: String(++count), session, frameId, documentUrl: page.url() })
    live.set(request, seen)
    listener.asked(seen)
  }

  function onResponse(response: HTTPResponse): void {
    const seen = live.get(response.request())
    if (!seen) return
    seen.answer = answerOf(response, isSameOrigin(seen.finalUrl, page.url()) ? protocol : null)
    listener.answered(seen)
  }

  function onEnd(request: HTTPRequest): void {
    const seen = live.get(request)
    live.delete(request)
    if (!seen) return
    seen.endedAt = performance.now()
    listener.ended(seen)
  }

  function leave(isGone: (request: SeenRequest) => boolean): void {
    for (const [request, seen] of live) {
      if (!isGone(seen)) continue
      live.delete(request)
      seen.endedAt = performance.now()
    }
    listener.gone(isGone)
  }

  function onNavigated(frame: Frame): void {
    const id = frames.nameOf(frame)
    const asked = [...live.values()].findLast(
      ({ type, frameId: other }) => type === 'Document' && other === id,
    )?.askedAt
    if (asked === undefined) return // It has stayed in its document.
    leave(({ frameId: other, askedAt }) => (frame === page.mainFrame() || other === id) && askedAt < asked)
  }

  page.on('request', onRequest)
  page.on('response', onResponse)
  page.on('requestfinished', onEnd)
  page.on('requestfailed', onEnd)
  page.on('framenavigated', onNavigated)
  page.on('framedetached', (frame) => leave((request) => request.frameId === frames.nameOf(frame)))
  page.once('close', () => leave(() => true))
  page.on('load', async () => {
    const words = `performance.getEntriesByType('navigation')[0]?.nextHopProtocol`
    const told = await page.evaluate(words).catch(() => undefined)
    if (typeof told === 'string' && told !== '') protocol = told
  })

  return {
    live: () => [...live.values()],
    protocol: () => protocol,
    close() {
      page.off('request', onRequest)
      page.off('response', onResponse)
      page.off('requestfinished', onEnd)
      page.off('requestfailed', onEnd)
      page.off('framenavigated', onNavigated)
    },
  }
}

/** Names for frames, which have none that Puppeteer tells. The main frame is `main`. */
function createFrameNames(main: Frame): { nameOf(frame: Frame | null): string } {
  const names = new Map<Frame, string>([[main, 'main']])
  return {
    nameOf(frame) {
      const known = frame && names.get(frame)
      if (known) return known
      const fresh = `frame ${names.size}`
      if (frame) names.set(frame, fresh)
      return fresh
    },
  }
}

function seenOf(
  request: HTTPRequest,
  place: { id: string; session: CDPSession; frameId: string; documentUrl: string },
): SeenRequest {
  const { accept } = request.headers()
  return {
    ...place,
    target: 'page',
    url: request.redirectChain()[0]?.url() ?? request.url(),
    finalUrl: request.url(),
    type: request.isNavigationRequest() ? 'Document' : undefined,
    loaderId: '',
    documentUrl: request.frame()?.url() ?? place.documentUrl,
    accept,
    isUnasked: false,
    callFrames: [],
    askedAt: performance.now(),
    sendings: 1,
    answer: undefined,
    sentAt: null,
    endedAt: null,
  }
}

function answerOf(response: HTTPResponse, protocol: string | null): Answer {
  return {
    at: performance.now(),
    status: response.status(),
    mimeType: (response.headers()['content-type'] ?? '').split(';', 1)[0]?.trim() ?? '',
    connectionId: 0,
    protocol,
    fromServiceWorker: false,
    fromCache: response.fromCache(),
  }
}

export function isSameOrigin(one: string, other: string): boolean {
  return URL.canParse(one) && URL.canParse(other) && new URL(one).origin === new URL(other).origin
}
