/** One stream of a tab: what is known of it, and what is needed to follow it from request to request. */
import type { CDPSession } from 'puppeteer-core'
import { eventStreamMediaType } from '../../sse/encode.js'
import type { Answer, SeenRequest } from '../seen-request.js'
import { callerOf, type OpeningNote } from './call-queue.js'
import { parseStack } from './stack.js'
import type { StreamRecord } from './stream-record.js'
import { contextOf, kindOf, sameUrl, toFrame } from './stream-request.js'

export interface Entry {
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

/** A stream that has just been asked for. */
export function openEntry(request: SeenRequest, isMainFrame: (frameId: string | undefined) => boolean): Entry {
  return {
    record: {
      url: request.url,
      kind: kindOf(request),
      context: contextOf(request, isMainFrame),
      state: 'open',
      stack: request.callFrames.map(toFrame),
      protocol: null,
      fromServiceWorker: false,
      status: null,
      mediaType: null,
      wasOpen: false,
      failure: null,
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
}

/** The same stream is asked for again. */
export function reopen(entry: Entry, request: SeenRequest): void {
  entry.request = request
  entry.isAsking = true
  entry.record.reconnects += 1
}

/** The answer to its latest request has come. */
export function takeAnswer(entry: Entry, request: SeenRequest, answer: Answer): void {
  const { record } = entry
  entry.request = request // A redirect has made a new one of it.
  entry.lastUrl = request.finalUrl
  record.answeredAt ??= answer.at
  record.wasOpen ||= record.status === 200 && record.mediaType === eventStreamMediaType
  record.protocol = answer.protocol
  record.status = answer.status
  record.mediaType = answer.mimeType.toLowerCase()
  record.failure = null
  record.fromServiceWorker = answer.fromServiceWorker
}

/** It does not come back. */
export function close(entry: Entry): void {
  entry.isOver = true
  entry.isAsking = false
  entry.record.closedAt ??= performance.now()
}

/** The stream as it is at this moment. */
export function snapshot(
  { record, request, isAsking, isOver }: Entry,
  isWaiting: (request: SeenRequest) => boolean,
): StreamRecord {
  if (isOver) return { ...record, state: 'closed' }
  if (!isAsking) return { ...record, state: 'reconnecting' }
  return { ...record, closedAt: null, state: isWaiting(request) ? 'waiting' : 'open' }
}

/** The call that opened the stream is known. */
export function tie(entry: Entry, note: OpeningNote): void {
  entry.opener = callerOf(note)
  entry.record.pageUrl = note.pageUrl
  entry.record.kind = note.kind
  const stack = parseStack(note.stack)
  if (stack.length > 0) entry.record.stack = stack
}

/** Whether the call may have opened this stream. */
export function isSameCall({ record, request }: Entry, note: OpeningNote): boolean {
  const isSameKind = request.type === undefined || record.kind === note.kind
  return isSameKind && record.context === note.context && sameUrl(record.url, note.url)
}

/** An EventSource whose stream ended asks again, for where the last redirect led. */
export function isComingBack({ record, isAsking, session, lastUrl, isOver }: Entry, next: SeenRequest): boolean {
  return (
    record.kind === 'EventSource' &&
    kindOf(next) === 'EventSource' &&
    !isOver &&
    !isAsking &&
    session === next.session &&
    (sameUrl(record.url, next.url) || sameUrl(lastUrl, next.url))
  )
}
