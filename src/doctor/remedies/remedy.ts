/** What a remedy is: what to paste, into which stack, against which trouble. */
import type { Exchange } from '../../evidence/exchange.js'

/** What can be amiss, as far as remedies differ. */
export type Trouble =
  | 'buffered'
  | 'compressed'
  /** Though the answer says `no-transform`. */
  | 'compressed-anyway'
  | 'delayed'
  | 'late-headers'
  | 'cacheable'
  | 'cut'
  | 'no-heartbeat'
  | 'http-version'
  | 'retry'
  | 'herd'
  | 'ids'
  | 'resume'
  | 'leaks'
  | 'abort-not-forwarded'
  | 'disconnect-not-forwarded'

export interface Remedy {
  /** As people call it. */
  stack: string
  /** Whether an answer came by this stack, from its headers. */
  detect(exchange: Exchange): boolean
  snippets: Partial<Record<Trouble, string>>
}
