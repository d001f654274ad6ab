/**
 * What one tab asks of the network, in figures: streams that are open, and requests that wait because no connection is
 * free.
 */
import type { Page } from 'puppeteer-core'
import type { SeenRequest } from './seen-request.js'
import { watchRequests } from './watch-requests.js'

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

/**
 * Begins to watch a tab, its workers and frames; attach it before the tab navigates. Chromium only.
 *
 * When the tab goes to another document, the requests of the old one no longer count, even if the back/forward cache keeps
 * them; they count again when the browser delivers more of them.
 */
export async function observeNetwork(page: Page): Promise<NetworkObserver> {
  const { live, isWaiting, watch, forget } = watchRequests()
  const main = await page.createCDPSession()
  main.on('Inspector.targetCrashed', forget)
  page.once('close', forget)
  await watch(main, 'page')
  const waiting = () => [...live.values()].filter(isWaiting)

  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= main.detach().catch(() => {}) // It is detached already when the tab is closed.
    page.off('close', forget)
    return closing.then(forget)
  }
  return {
    get streamsOpen() {
      return [...live.values()].filter(isOpenStream).length
    },
    get streamsWaiting() {
      return waiting().filter(({ type }) => type === 'EventSource').length
    },
    get requestsWaiting() {
      return waiting().length
    },
    get connections() {
      return new Set([...live.values()].flatMap(({ answer }) => answer?.connectionId || []))
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

function isOpenStream({ type, answer }: SeenRequest): boolean {
  return answer !== undefined && (type === 'EventSource' || answer.mimeType === 'text/event-stream')
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
