/**
 * Watches the streams of one tab in Firefox, through WebDriver BiDi as far as that goes: it tells of requests and answers,
 * but not whether a request has a connection, and not of an EventSource in a worker.
 */
import type { CDPSession, Frame, HTTPRequest, HTTPResponse, Page } from 'puppeteer-core'
import type { SeenRequest } from '../seen-request.js'
import { createStreamBook } from './join-streams.js'
import type { OriginUse, StreamObserver } from './observe-streams.js'
import { bindingName, openerScript, readNote } from './opener-script.js'
import { createHistory } from './request-history.js'
import { workerNote, workerScript } from './worker-script.js'

/** A request not answered after so long counts as waiting. */
const waitingAfterMs = 200

/** At most so many requests are followed. */
const mostRequests = 2000

export interface ObserveBidiOptions {
  headers?: Readonly<Record<string, string>>
  /** Runs before the scripts of the page. */
  script?: string
}

/** Sentences for what the report cannot say. */
export const blindSpotsOfFirefox: readonly string[] = [
  'Firefox does not tell of an EventSource in a worker, nor who opened a stream that a worker fetches.',
  'Firefox does not tell a request without a connection from one without an answer, nor how many connections it uses.',
]

/** Begins to watch; do it before the tab goes anywhere. */
export async function observeStreamsBidi(page: Page, options: ObserveBidiOptions = {}): Promise<StreamObserver> {
  const main = page.mainFrame()
  // The book knows streams of one session from those of another; here there is one for everything.
  const session = {} as CDPSession
  const frames = new Map<Frame, string>([[main, 'main']])
  const frameId = (frame: Frame | null) => {
    const known = frame && frames.get(frame)
    if (known) return known
    const fresh = `frame ${frames.size}`
    if (frame) frames.set(frame, fresh)
    return fresh
  }
  const live = new Map<HTTPRequest, SeenRequest>()
  const book = createStreamBook((id) => id === 'main')
  const { listener } = book
  const history = createHistory()
  let count = 0
  let workers = 0
  let protocol: string | null = null

  function onRequest(request: HTTPRequest): void {
    if (/^(data|blob):/.test(request.url()) || live.size >= mostRequests) return
    const { accept } = request.headers()
    const seen: SeenRequest = {
      id: String(++count),
      session,
      target: 'page',
      url: request.redirectChain()[0]?.url() ?? request.url(),
      finalUrl: request.url(),
      type: request.isNavigationRequest() ? 'Document' : undefined,
      frameId: frameId(request.frame()),
      loaderId: '',
      documentUrl: request.frame()?.url() ?? page.url(),
      accept,
      isUnasked: false,
      callFrames: [],
      askedAt: performance.now(),
      sendings: 1,
      answer: undefined,
      sentAt: null,
      endedAt: null,
    }
    history.add(seen)
    live.set(request, seen)
    listener.asked(seen)
  }

  function onResponse(response: HTTPResponse): void {
    const seen = live.get(response.request())
    if (!seen) return
    seen.answer = {
      at: performance.now(),
      status: response.status(),
      mimeType: (response.headers()['content-type'] ?? '').split(';', 1)[0]?.trim() ?? '',
      connectionId: 0,
      protocol: isSameOrigin(seen.finalUrl, page.url()) ? protocol : null,
      fromServiceWorker: false,
      fromCache: response.fromCache(),
    }
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
    const id = frameId(frame)
    const asked = [...live.values()].findLast(
      ({ type, frameId: other }) => type === 'Document' && other === id,
    )?.askedAt
    if (asked === undefined) return // It has stayed in its document.
    leave(({ frameId: other, askedAt }) => (frame === main || other === id) && askedAt < asked)
  }

  await page.exposeFunction(bindingName, (payload: unknown) => {
    if (payload === workerNote) workers += 1
    const note = readNote(payload)
    if (note) book.onNote(note, session)
  })
  await page.evaluateOnNewDocument(workerScript)
  await page.evaluateOnNewDocument(openerScript)
  if (options.script !== undefined) await page.evaluateOnNewDocument(options.script)
  if (options.headers) await page.setExtraHTTPHeaders({ ...options.headers })
  page.on('request', onRequest)
  page.on('response', onResponse)
  page.on('requestfinished', onEnd)
  page.on('requestfailed', onEnd)
  page.on('framenavigated', onNavigated)
  page.on('framedetached', (frame) => leave((request) => request.frameId === frameId(frame)))
  page.once('close', () => leave(() => true))
  page.on('load', async () => {
    const words = `performance.getEntriesByType('navigation')[0]?.nextHopProtocol`
    const told = await page.evaluate(words).catch(() => undefined)
    if (typeof told === 'string' && told !== '') protocol = told
  })

  const isWaiting = ({ answer, askedAt }: SeenRequest) => !answer && performance.now() - askedAt > waitingAfterMs
  const isStream = ({ accept }: SeenRequest) => accept === 'text/event-stream'
  const close = async () => {
    page.off('request', onRequest)
    page.off('response', onResponse)
    page.off('requestfinished', onEnd)
    page.off('requestfailed', onEnd)
    page.off('framenavigated', onNavigated)
  }
  return {
    streams: () =>
      book.records(isWaiting).map((stream) => ({
        ...stream,
        // Whose call is not known is no page's or frame's: those are wrapped.
        context: stream.stack.length === 0 ? 'unknown' : stream.context,
        protocol: stream.protocol ?? (isSameOrigin(stream.url, page.url()) ? protocol : null),
      })),
    waiting: () =>
      [...live.values()].filter(isWaiting).map((request) => ({
        url: request.url,
        type: request.type ?? (isStream(request) ? 'EventSource' : 'Other'),
        waitedMs: performance.now() - request.askedAt,
      })),
    origins: () => new Map<string, OriginUse>(),
    protocol: () => protocol,
    requests: history.all,
    unseenWorkers: () => workers,
    pending: () => [...live.values()].filter((request) => !request.answer && !isStream(request)).map(({ url }) => url),
    isAsking: () => false,
    isUndecided: (before) =>
      [...live.values()].some((request) => request.askedAt < before && !request.answer && !isWaiting(request)),
    close,
    [Symbol.asyncDispose]: close,
  }
}

function isSameOrigin(one: string, other: string): boolean {
  return URL.canParse(one) && URL.canParse(other) && new URL(one).origin === new URL(other).origin
}
