/** One request of a tab as the browser tells it, and what may be heard of it. */
import type { CDPSession, Protocol } from 'puppeteer-core'

/** What runs there, in the browser's words: `page`, `iframe` (of another site), `worker`, `shared_worker` … */
export type TargetType = string

/** One request, from the moment it is asked for. Moments are those of `performance.now()`. */
export interface SeenRequest {
  id: string
  /** Which session told of it: the tab's own, a worker's or a frame's. */
  session: CDPSession
  target: TargetType
  /** What the page asked for. */
  url: string
  /** Where redirects led; equal to `url` without any. */
  finalUrl: string
  type: string | undefined
  frameId: string | undefined
  loaderId: string
  documentUrl: string
  /** The `Accept` header that the page set. */
  accept: string | undefined
  /** The browser asks by itself, as for the icon of a page: nobody waits for it. */
  isUnasked: boolean
  /** The code that asked, where the browser names it: for fetch and XMLHttpRequest, not for EventSource. */
  callFrames: Protocol.Runtime.CallFrame[]
  askedAt: number
  /** When it got a connection; for a redirected one the last time. */
  sentAt: number | null
  endedAt: number | null
  /** How many sendings were announced: one, and one for each redirect. */
  sendings: number
  answer: Answer | undefined
  /** Why it came to nothing, in the browser's words: `blocked: csp`, `cors: MissingAllowOriginHeader`, `net::ERR_…`. */
  failure?: string
}

/** What is known of an answer once its headers are there. */
export interface Answer {
  at: number
  status: number
  mimeType: string
  connectionId: number
  protocol: string | null
  fromServiceWorker: boolean
  /** Nothing went over the network for it. */
  fromCache: boolean
}

/** What may be heard while requests come and go. */
export interface RequestListener {
  asked?(request: SeenRequest): void
  answered?(request: SeenRequest): void
  /** It is over, by its end or by a failure. */
  ended?(request: SeenRequest): void
  /** Documents, frames or workers have gone, with all requests for which `isGone`; the back/forward cache may keep them. */
  gone?(isGone: (request: SeenRequest) => boolean): void
  revived?(request: SeenRequest): void
}
