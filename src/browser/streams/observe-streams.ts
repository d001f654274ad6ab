/** Watches the streams of one tab in Chromium: its requests through the DevTools protocol, its code through the script. */
import type { CDPSession, Page } from 'puppeteer-core'
import type { WaitingRequest } from '../../evidence/app.js'
import type { SeenRequest, TargetType } from '../seen-request.js'
import { type RequestWatch, watchRequests } from '../watch-requests.js'
import { createStreamBook } from './join-streams.js'
import { bindingName, openerScript, readNote } from './opener-script.js'
import { createHistory } from './request-history.js'
import type { StreamRecord } from './stream-record.js'

/** What one tab has open, at every moment. */
export interface StreamObserver extends AsyncDisposable {
  /** The streams so far, in order, those that are closed as well. */
  streams(): StreamRecord[]
  /** What waits for a connection now. */
  waiting(): WaitingRequest[]
  /** What every origin is asked by this tab now. */
  origins(): Map<string, OriginUse>
  /** What the tab asked for first, in order, with the moments of each. */
  requests(): readonly SeenRequest[]
  /** Workers that the tab has started and whose streams this browser does not tell of; absent where it tells of all. */
  unseenWorkers?(): number
  /** The protocol of the page's own answer, once there is one. */
  protocol(): string | null
  /** The addresses of requests that are not answered, other than streams. */
  pending(): string[]
  /** Whether this address is asked for now, on a connection. */
  isAsking(url: string): boolean
  /** Whether some request of before that moment is so young that nobody can say yet whether it waits. */
  isUndecided(before: number): boolean
  close(): Promise<void>
}

/** What is going on between one tab and one origin at one moment. */
export interface OriginUse {
  protocol: string | null
  /** The numbers of the connections that carry an answered request; null where the browser does not tell. */
  connections: Set<number> | null
  /** Sent and not answered: over HTTP/1.1 each is on one more connection. */
  unanswered: number
}

export interface ObserveOptions {
  /** Runs for each session before anything runs in it. */
  prepare?: (session: CDPSession, target: TargetType) => Promise<unknown>
  /** What is asked by the service workers of the same context: what a page asks may go on in them. */
  isSentElsewhere?: (url: string) => boolean
}

/** Begins to watch; do it before the tab goes anywhere. */
export async function observeStreams(page: Page, options: ObserveOptions = {}): Promise<StreamObserver> {
  return observeSession(await page.createCDPSession(), 'page', options)
}

/** The same for any session: that of a page, of a shared worker or of a service worker. */
export async function observeSession(
  session: CDPSession,
  target: TargetType,
  { prepare, isSentElsewhere = () => false }: ObserveOptions = {},
): Promise<StreamObserver> {
  let mainFrame: string | undefined
  let protocol: string | null = null
  const book = createStreamBook((frameId) => frameId === mainFrame)
  const { listener } = book
  const history = createHistory()
  const watch = watchRequests({
    ...listener,
    asked(request) {
      history.add(request)
      listener.asked(request)
    },
    answered(request) {
      if (request.type === 'Document' && request.target === 'page' && request.frameId === mainFrame) {
        protocol = request.answer?.protocol ?? null
      }
      history.replace(request)
      listener.answered(request)
    },
    // Service workers belong to no tab; who watches the browser sees them.
    accepts: ({ type }) => type !== 'service_worker',
    prepare: async (child, type) => {
      child.on('Runtime.bindingCalled', ({ name, payload }) => {
        const note = name === bindingName ? readNote(payload) : undefined
        if (note) book.onNote(note, child)
      })
      await Promise.all([prepare?.(child, type), injectScript(child, type)])
    },
  })
  if (target === 'page') {
    session.on('Page.frameNavigated', ({ frame }) => {
      if (frame.parentId === undefined) mainFrame = frame.id
    })
    mainFrame = (await session.send('Page.getFrameTree')).frameTree.frame.id
  }
  session.on('Inspector.targetCrashed', () => {
    watch.forget()
    listener.gone(() => true)
  })
  await watch.watch(session, target)
  const isWaiting: RequestWatch['isWaiting'] = (request) => watch.isWaiting(request) && !isSentElsewhere(request.url)

  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= session.detach().catch(() => {}) // It is detached already when the tab is closed.
    return closing
  }
  return {
    streams: () => book.records(isWaiting),
    waiting: () =>
      [...watch.live.values()]
        .filter((request) => isWaiting(request) && !request.isUnasked)
        .map(({ url, type, askedAt }) => ({
          url,
          type: type ?? 'Other',
          waitedMs: performance.now() - askedAt,
        })),
    origins: () => usesOf(watch),
    protocol: () => protocol,
    requests: history.all,
    pending: () =>
      [...watch.live.values()].filter(({ answer, type }) => !answer && type !== 'EventSource').map(({ url }) => url),
    isAsking: (url) => [...watch.live.values()].some((request) => request.url === url && watch.isSent(request)),
    isUndecided: (before) =>
      [...watch.live.values()].some(
        (request) => request.askedAt < before && !watch.isSent(request) && !watch.isWaiting(request),
      ),
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** Puts the script where it runs first: before each document, and in a worker that has not begun. */
async function injectScript(session: CDPSession, target: TargetType): Promise<void> {
  const isDocument = target === 'page' || target === 'iframe'
  await Promise.all([
    session.send('Runtime.enable'),
    session.send('Runtime.addBinding', { name: bindingName }),
    isDocument && session.send('Page.enable'),
    isDocument && session.send('Page.addScriptToEvaluateOnNewDocument', { source: openerScript }),
    // A page from another site is there before its frame is attached to, and empty still.
    target !== 'page' && session.send('Runtime.evaluate', { expression: openerScript }),
  ])
}

function usesOf({ live, isSent }: RequestWatch): Map<string, OriginUse> {
  const uses = new Map<string, OriginUse>()
  for (const request of live.values()) {
    if (!URL.canParse(request.finalUrl)) continue
    const { origin } = new URL(request.finalUrl)
    const use = uses.get(origin) ?? { protocol: null, connections: new Set(), unanswered: 0 }
    uses.set(origin, use)
    const { answer } = request
    if (!answer) {
      use.unanswered += isSent(request) ? 1 : 0
    } else if (!answer.fromServiceWorker && !answer.fromCache && answer.connectionId > 0) {
      use.protocol ??= answer.protocol
      use.connections?.add(answer.connectionId)
    }
  }
  return uses
}
