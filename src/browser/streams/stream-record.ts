/** One stream of one tab as the observers keep it, before its code is looked up. Moments are those of `performance.now()`. */
import type { ObservedStream } from '../../evidence/app.js'
import type { Frame } from './stack.js'

export interface StreamRecord {
  url: string
  kind: ObservedStream['kind']
  context: ObservedStream['context']
  state: ObservedStream['state']
  /** Where it was opened, the innermost place first; empty while unknown. */
  stack: Frame[]
  protocol: string | null
  fromServiceWorker: boolean
  status: number | null
  /** The media type of the last answer. */
  mediaType: string | null
  /** An answer before the last one was a stream. */
  wasOpen: boolean
  /** Why it was never answered, in the browser's words. */
  failure: string | null
  pageUrl: string
  openedAt: number
  answeredAt: number | null
  closedAt: number | null
  reconnects: number
}
