/** Why a document did not get the coordinator. */

/**
 * - `policy`: its Content-Security-Policy lets no script of ours run
 * - `too-large`: it is larger than `maxBody`, or its head does not begin within that
 * - `encoding`, `charset`: it came compressed or written in a way that is not read here
 * - `partial`: the server sent a range of it
 * - `broken`: its compressed body could not be decompressed
 * - `service-worker`: a service worker shows the page without asking the server
 * - `not-seen`: a page has opened a stream, and no document has come through
 */
export type InjectionFailureReason =
  | 'policy'
  | 'too-large'
  | 'encoding'
  | 'charset'
  | 'partial'
  | 'broken'
  | 'service-worker'
  | 'not-seen'

/** A page that keeps its own EventSource. */
export interface InjectionFailure {
  /** Its address, without query. */
  page: string
  reason: InjectionFailureReason
  /** In words, for people. */
  text: string
  /** Milliseconds since the Unix epoch, of the last time. */
  at: number
  /** How often, so far. */
  count: number
}
