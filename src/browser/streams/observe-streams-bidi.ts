/**
 * Watches the streams of one tab in Firefox, through WebDriver BiDi as far as that goes: it tells of requests and answers,
 * but not whether a request has a connection, and not of an EventSource in a worker.
 */
import type { CDPSession, Page } from 'puppeteer-core'
import type { SeenRequest } from '../seen-request.js'
import { followBidiRequests, isSameOrigin } from './bidi-requests.js'
import { createStreamBook } from './join-streams.js'
import type { OriginUse, StreamObserver } from './observe-streams.js'
import { bindingName, openerScript, readNote } from './opener-script.js'
import { createHistory } from './request-history.js'
import { workerNote, workerScript } from './worker-script.js'

/** A request not answered after so long counts as waiting. */
const waitingAfterMs = 200

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
  // The book knows streams of one session from those of another; here there is one for everything.
  const session = {} as CDPSession
  const book = createStreamBook((id) => id === 'main')
  const history = createHistory()
  let workers = 0

  await page.exposeFunction(bindingName, (payload: unknown) => {
    if (payload === workerNote) workers += 1
    const note = readNote(payload)
    if (note) book.onNote(note, session)
  })
  await page.evaluateOnNewDocument(workerScript)
  await page.evaluateOnNewDocument(openerScript)
  if (options.script !== undefined) await page.evaluateOnNewDocument(options.script)
  if (options.headers) await page.setExtraHTTPHeaders({ ...options.headers })
  const requests = followBidiRequests(page, session, {
    ...book.listener,
    asked(request) {
      history.add(request)
      book.listener.asked(request)
    },
  })

  const isWaiting = ({ answer, askedAt }: SeenRequest) => !answer && performance.now() - askedAt > waitingAfterMs
  const isStream = ({ accept }: SeenRequest) => accept === 'text/event-stream'
  const close = async () => requests.close()
  return {
    streams: () =>
      book.records(isWaiting).map((stream) => ({
        ...stream,
        // Whose call is not known is no page's or frame's: those are wrapped.
        context: stream.stack.length === 0 ? 'unknown' : stream.context,
        protocol: stream.protocol ?? (isSameOrigin(stream.url, page.url()) ? requests.protocol() : null),
      })),
    waiting: () =>
      requests
        .live()
        .filter(isWaiting)
        .map((request) => ({
          url: request.url,
          type: request.type ?? (isStream(request) ? 'EventSource' : 'Other'),
          waitedMs: performance.now() - request.askedAt,
        })),
    origins: () => new Map<string, OriginUse>(),
    protocol: requests.protocol,
    requests: history.all,
    unseenWorkers: () => workers,
    pending: () =>
      requests
        .live()
        .filter((request) => !request.answer && !isStream(request))
        .map(({ url }) => url),
    isAsking: () => false,
    isUndecided: (before) =>
      requests.live().some((request) => request.askedAt < before && !request.answer && !isWaiting(request)),
    close,
    [Symbol.asyncDispose]: close,
  }
}
