/**
 * Joins what the browser tells of requests with what the wrapped constructors tell of the code, and keeps the streams that
 * come out of it. Both come in order; which is first differs.
 */
import type { CDPSession } from 'puppeteer-core'
import type { RequestListener, SeenRequest } from '../seen-request.js'
import { callerOf, createCallQueue } from './call-queue.js'
import type { OpenerNote } from './opener-script.js'
import {
  close,
  type Entry,
  isComingBack,
  isSameCall,
  openEntry,
  reopen,
  snapshot,
  takeAnswer,
  tie,
} from './stream-entry.js'
import type { StreamRecord } from './stream-record.js'
import { isStreamAnswer, kindOf } from './stream-request.js'

/** At most so many streams are kept for one tab; later ones are not counted. */
const mostStreams = 500

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
  const calls = createCallQueue(isMainFrame, mostStreams)

  function add(request: SeenRequest): void {
    const before = entries.findLast((entry) => isComingBack(entry, request))
    const opener = calls.take(request)
    if (before && !opener) {
      reopen(before, request)
      byRequest.set(request.id, before)
      return
    }
    if (entries.length >= mostStreams) return
    const entry = openEntry(request, isMainFrame)
    if (opener) tie(entry, opener)
    entries.push(entry)
    byRequest.set(request.id, entry)
  }

  function onNote(note: OpenerNote, session: CDPSession): void {
    if (note.note === 'opened') {
      // A fetch may show as a stream before its call is told.
      const waiting = entries.find(
        (entry) => entry.opener === undefined && entry.session === session && isSameCall(entry, note),
      )
      if (waiting) tie(waiting, note)
      else calls.add(note, session)
    } else if (note.note === 'closed') {
      calls.close(note)
      const entry = entries.find((candidate) => candidate.opener === callerOf(note))
      if (entry) close(entry)
    }
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
      takeAnswer(entry, request, answer)
    },
    ended(request) {
      const entry = byRequest.get(request.id)
      byRequest.delete(request.id)
      if (!entry || entry.request.id !== request.id) return
      entry.isAsking = false
      if (request.failure !== undefined && !entry.record.answeredAt) entry.record.failure = request.failure
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
