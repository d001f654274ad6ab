/**
 * Joins what the browser tells of requests with what the wrapped constructors tell of the code, and keeps the streams that
 * come out of it. Both come in order; which is first differs.
 */
import type { CDPSession } from 'puppeteer-core'
import type { RequestListener, SeenRequest } from '../watch-requests.js'
import type { OpenerNote } from './opener-script.js'
import { type Frame, parseStack } from './stack.js'
import type { StreamRecord } from './stream-record.js'

/** At most so many streams are kept for one tab; later ones are not counted. */
const mostStreams = 500

/** A stream and what is needed to follow it. */
interface Entry {
  record: StreamRecord
  session: CDPSession
  /** The latest of its requests. */
  request: SeenRequest
  /** Whether that request is not over. */
  isAsking: boolean
  /** Where its last answer came from: redirects are followed once. */
  lastUrl: string
  /** Whose constructor it is: scope and number. */
  opener: string | undefined
  /** The page has closed it, or its document has gone: it does not come back. */
  isOver: boolean
}

/** The streams of one tab. */
export interface StreamBook {
  /** Hears of requests. */
  listener: Required<RequestListener>
  /** Hears what the script of a session has told. */
  onNote(note: OpenerNote, session: CDPSession): void
  /** Everything so far, in order; states are those of this moment. */
  records(isWaiting: (request: SeenRequest) => boolean): StreamRecord[]
}

/** @param isMainFrame tells the page from the frames in it. */
export function createStreamBook(isMainFrame: (frameId: string | undefined) => boolean): StreamBook {
  const entries: Entry[] = []
  const byRequest = new Map<string, Entry>()
  /** Constructors called, whose request has not been seen yet. */
  const called: { note: OpenerNote & { note: 'opened' }; session: CDPSession; isClosed: boolean }[] = []

  function add(request: SeenRequest): void {
    const before = entries.findLast((entry) => isComingBack(entry, request))
    const opener = takeOpener(request)
    if (before && !opener) {
      before.request = request
      before.isAsking = true
      before.record.reconnects += 1
      byRequest.set(request.id, before)
      return
    }
    if (entries.length >= mostStreams) return
    const entry: Entry = {
      record: {
        url: request.url,
        kind: kindOf(request),
        context: contextOf(request, isMainFrame),
        state: 'open',
        stack: request.callFrames.map(toFrame),
        protocol: null,
        fromServiceWorker: false,
        status: null,
        pageUrl: request.documentUrl,
        openedAt: request.askedAt,
        answeredAt: null,
        closedAt: null,
        reconnects: 0,
      },
      session: request.session,
      request,
      isAsking: true,
      lastUrl: request.finalUrl,
      opener: undefined,
      isOver: false,
    }
    if (opener) tie(entry, opener)
    entries.push(entry)
    byRequest.set(request.id, entry)
  }

  /** Takes the oldest call that this request can come from. */
  function takeOpener(request: SeenRequest): (OpenerNote & { note: 'opened' }) | undefined {
    const context = contextOf(request, isMainFrame)
    const index = called.findIndex(
      ({ note, session, isClosed }) =>
        !isClosed &&
        session === request.session &&
        (request.type === undefined || note.kind === kindOf(request)) &&
        note.context === context &&
        sameUrl(note.url, request.url),
    )
    return index < 0 ? undefined : called.splice(index, 1)[0]?.note
  }

  function onNote(note: OpenerNote, session: CDPSession): void {
    const opener = `${note.scope} ${note.number}`
    if (note.note === 'opened') {
      // A fetch may show as a stream before its call is told.
      const waiting = entries.find(
        (entry) => entry.opener === undefined && entry.session === session && isSameCall(entry, note),
      )
      if (waiting) tie(waiting, note)
      else called.push({ note, session, isClosed: false })
      if (called.length > mostStreams) called.shift()
    } else if (note.note === 'closed') {
      const pending = called.find((call) => `${call.note.scope} ${call.note.number}` === opener)
      if (pending) pending.isClosed = true
      const entry = entries.find((candidate) => candidate.opener === opener)
      if (entry) close(entry)
    }
  }

  function close(entry: Entry): void {
    entry.isOver = true
    entry.isAsking = false
    entry.record.closedAt ??= performance.now()
  }

  const listener: Required<RequestListener> = {
    asked(request) {
      if (request.type === 'EventSource' || /\btext\/event-stream\b/i.test(request.accept ?? '')) add(request)
    },
    answered(request) {
      if (!byRequest.has(request.id) && isStreamAnswer(request)) add(request)
      const entry = byRequest.get(request.id)
      const { answer } = request
      if (!entry || !answer) return
      if (kindOf(request) !== 'EventSource' && !isStreamAnswer(request)) {
        drop(entry, request)
        return
      }
      const { record } = entry
      entry.request = request // A redirect has made a new one of it.
      entry.lastUrl = request.finalUrl
      record.answeredAt ??= answer.at
      record.protocol = answer.protocol
      record.status = answer.status
      record.fromServiceWorker = answer.fromServiceWorker
    },
    ended(request) {
      const entry = byRequest.get(request.id)
      byRequest.delete(request.id)
      if (!entry || entry.request.id !== request.id) return
      entry.isAsking = false
      // Without the constructor nobody tells whether an EventSource comes back; a fetch never does by itself.
      if (entry.opener === undefined || entry.record.kind !== 'EventSource') close(entry)
      else entry.record.closedAt = performance.now()
    },
    gone(isGone) {
      for (const entry of entries) if (isGone(entry.request)) close(entry)
    },
    revived(request) {
      const entry = byRequest.get(request.id)
      if (!entry) return
      entry.isOver = false
      entry.isAsking = true
      entry.record.closedAt = null
    },
  }

  /** It asked for a stream and was given something else. */
  function drop(entry: Entry, request: SeenRequest): void {
    byRequest.delete(request.id)
    const index = entries.indexOf(entry)
    if (index >= 0) entries.splice(index, 1)
  }

  return {
    listener,
    onNote,
    records: (isWaiting) => entries.map((entry) => snapshot(entry, isWaiting)),
  }
}

function snapshot(
  { record, request, isAsking, isOver }: Entry,
  isWaiting: (request: SeenRequest) => boolean,
): StreamRecord {
  if (isOver) return { ...record, state: 'closed' }
  if (!isAsking) return { ...record, state: 'reconnecting' }
  return { ...record, closedAt: null, state: isWaiting(request) ? 'waiting' : 'open' }
}

function tie(entry: Entry, note: OpenerNote & { note: 'opened' }): void {
  entry.opener = `${note.scope} ${note.number}`
  entry.record.pageUrl = note.pageUrl
  entry.record.kind = note.kind
  const stack = parseStack(note.stack)
  if (stack.length > 0) entry.record.stack = stack
}

function isSameCall({ record, request }: Entry, note: OpenerNote & { note: 'opened' }): boolean {
  const isSameKind = request.type === undefined || record.kind === note.kind
  return isSameKind && record.context === note.context && sameUrl(record.url, note.url)
}

/** An EventSource whose stream ended asks again, for where the last redirect led. */
function isComingBack({ record, isAsking, session, lastUrl, isOver }: Entry, next: SeenRequest): boolean {
  return (
    record.kind === 'EventSource' &&
    kindOf(next) === 'EventSource' &&
    !isOver &&
    !isAsking &&
    session === next.session &&
    (sameUrl(record.url, next.url) || sameUrl(lastUrl, next.url))
  )
}

function isStreamAnswer({ answer }: SeenRequest): boolean {
  return answer?.mimeType.toLowerCase() === 'text/event-stream'
}

/** Firefox names no type: until the call is known, what asks for a stream and nothing else is an EventSource. */
function kindOf({ type, accept }: SeenRequest): StreamRecord['kind'] {
  if (type === 'EventSource' || (type === undefined && accept === 'text/event-stream')) return 'EventSource'
  return type === 'XHR' ? 'xhr' : 'fetch'
}

function contextOf(
  { target, frameId }: SeenRequest,
  isMainFrame: (frameId: string | undefined) => boolean,
): StreamRecord['context'] {
  if (target === 'page') return isMainFrame(frameId) ? 'page' : 'iframe'
  if (target === 'iframe') return 'iframe'
  if (target === 'worker') return 'worker'
  if (target === 'shared_worker') return 'shared-worker'
  return target === 'service_worker' ? 'service-worker' : 'unknown'
}

/** The network sees no fragment. */
function sameUrl(one: string, other: string): boolean {
  return one.split('#', 1)[0] === other.split('#', 1)[0]
}

function toFrame(frame: { functionName: string; url: string; lineNumber: number; columnNumber: number }): Frame {
  return {
    function: frame.functionName || null,
    url: frame.url,
    line: frame.lineNumber + 1,
    column: frame.columnNumber + 1,
  }
}
