/**
 * The one error class of the package. A message says what happened and what to do next; anything else that is thrown
 * is a fault of ours and keeps its stack.
 */

/** What a caller can tell apart without reading the message. */
export type SseCoordErrorCode =
  | 'bad-option'
  | 'bad-config'
  | 'browser-not-found'
  | 'browser-not-started'
  | 'browser-died'
  | 'install-failed'
  | 'experiment-failed'
  | 'page-not-loaded'
  | 'step-failed'
  | 'port-in-use'
  | 'bad-target'
  | 'bad-evidence'
  | 'cannot-read'
  | 'cannot-write'
  | 'app-not-started'
  | 'app-died'
  | 'command-not-started'
  | 'no-traffic'
  | 'session-closed'
  | 'no-answer'
  | 'bad-encoding'
  | 'bad-recording'

/**
 * Thrown where a run cannot start or go on. The command line prints `message` and `hint` and exits with 2.
 *
 * `code` is stable and may be matched on, `hint` is what to type or change, `docs` is a page that explains more.
 */
export class SseCoordError extends Error {
  readonly code: SseCoordErrorCode
  readonly hint: string | undefined
  readonly docs: string | undefined

  constructor(
    code: SseCoordErrorCode,
    message: string,
    options: { hint?: string; docs?: string; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'SseCoordError'
    this.code = code
    this.hint = options.hint
    this.docs = options.docs
  }
}
