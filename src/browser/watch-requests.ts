/**
 * Follows every request of one tab, of its frames and workers, as the browser itself tells it (the Network domain of the
 * DevTools protocol).
 */
import type { CDPSession, Protocol } from 'puppeteer-core'
import { childSession, isFlat } from './nested-session.js'
import { createRequestBook, type RequestBook } from './request-book.js'
import { failureOf } from './request-event.js'
import type { RequestListener, TargetType } from './seen-request.js'

export interface WatchOptions extends RequestListener {
  /** Runs for each session, before anything runs in it: the moment to put a script in. */
  prepare?: (session: CDPSession, target: TargetType) => Promise<unknown>
  /** What to watch of what belongs to the session. Default: everything. */
  accepts?: (target: Protocol.Target.TargetInfo) => boolean
}

/** The requests of one tab. */
export interface RequestWatch extends Pick<RequestBook, 'live' | 'left' | 'isWaiting' | 'isSent' | 'forget'> {
  /** Watches one more session, such as that of a shared worker. */
  watch(session: CDPSession, target: TargetType): Promise<void>
}

/** Follows requests for as long as the sessions live; attach it before the tab navigates. */
export function watchRequests({ prepare, accepts = () => true, ...listener }: WatchOptions = {}): RequestWatch {
  const book = createRequestBook(listener)

  function onNavigated({ frame }: Protocol.Page.FrameNavigatedEvent): void {
    // Workers and frames of the old document go with it; requests of the new one bear its loader's id from the start.
    const isMain = frame.parentId === undefined
    book.leave((request) => (isMain || request.frameId === frame.id) && request.loaderId !== frame.loaderId)
  }

  async function watch(session: CDPSession, target: TargetType): Promise<void> {
    session.on('Network.requestWillBeSent', (event) => book.onRequest(session, target, event))
    session.on('Network.requestWillBeSentExtraInfo', book.onSent)
    session.on('Network.responseReceived', book.onAnswer)
    session.on('Network.dataReceived', ({ requestId }) => book.revive(requestId))
    session.on('Network.loadingFinished', ({ requestId }) => book.end(requestId))
    session.on('Network.loadingFailed', (event) => book.end(event.requestId, failureOf(event)))
    session.on('Page.frameNavigated', onNavigated)
    session.on('Page.frameDetached', ({ frameId }) =>
      book.leave((request) => request.session === session && request.frameId === frameId),
    )
    session.on('Target.attachedToTarget', (event) => void adopt(session, event).catch(() => {}))
    session.on('sessiondetached', (child) => book.leave((request) => request.session === child))

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

  return { ...book, watch }
}
