/** Calls of `EventSource` and `fetch` that the page has told of, until the requests that come of them are seen. */
import type { CDPSession } from 'puppeteer-core'
import type { SeenRequest } from '../seen-request.js'
import type { OpenerNote } from './opener-script.js'
import { contextOf, kindOf, sameUrl } from './stream-request.js'

/** The page has called one of them. */
export type OpeningNote = OpenerNote & { note: 'opened' }

export interface CallQueue {
  add(note: OpeningNote, session: CDPSession): void
  /** It was closed before its request was seen, and has none. */
  close(note: { scope: string; number: number }): void
  /** Takes the oldest call that this request can come from. */
  take(request: SeenRequest): OpeningNote | undefined
}

/**
 * @param isMainFrame tells the page from the frames in it
 * @param most so many are kept; the oldest go first
 */
export function createCallQueue(isMainFrame: (frameId: string | undefined) => boolean, most: number): CallQueue {
  const calls: { note: OpeningNote; session: CDPSession; isClosed: boolean }[] = []
  return {
    add(note, session) {
      calls.push({ note, session, isClosed: false })
      if (calls.length > most) calls.shift()
    },
    close(note) {
      const call = calls.find((call) => callerOf(call.note) === callerOf(note))
      if (call) call.isClosed = true
    },
    take(request) {
      const context = contextOf(request, isMainFrame)
      const index = calls.findIndex(
        ({ note, session, isClosed }) =>
          !isClosed &&
          session === request.session &&
          (request.type === undefined || note.kind === kindOf(request)) &&
          note.context === context &&
          sameUrl(note.url, request.url),
      )
      return index < 0 ? undefined : calls.splice(index, 1)[0]?.note
    },
  }
}

/** The name of a call: the scope it was made in, and its number there. */
export const callerOf = ({ scope, number }: { scope: string; number: number }): string => `${scope} ${number}`
