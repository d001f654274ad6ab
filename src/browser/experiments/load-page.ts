/** Sends a tab to the user's page, and tells a page that does not load from one that waits for a connection. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'puppeteer-core'
import { SseCoordError } from '../../error.js'
import { redactUrl } from '../../evidence/redact.js'
import type { StreamObserver } from '../streams/observe-streams.js'

/** A document that waits for a connection for so long is stalled; how long it would wait is nobody's to know. */
const stalledAfterMs = 2000

export interface LoadOptions {
  /** A later tab that does not load is what the experiment is about; the first one that does not is an error. */
  isFirst: boolean
  timeoutMs: number
  signal: AbortSignal
  /** Whether all connections to the origin of this address are in use. */
  isFull: (url: string) => boolean
}

/**
 * Resolves with the time to the `load` event; with null when the page waits for a connection, or is not there in time.
 *
 * @throws SseCoordError `page-not-loaded` when the page cannot be had at all.
 */
export async function loadPage(
  page: Page,
  url: string,
  observer: StreamObserver,
  options: LoadOptions,
): Promise<number | null> {
  const { isFirst, timeoutMs, signal } = options
  const startedAt = performance.now()
  const done = new AbortController()
  const load = page.goto(url, { waitUntil: 'load', timeout: timeoutMs }).then(
    (answer) => ({ status: answer?.status() ?? 200, error: undefined }),
    (error: unknown) => ({ status: undefined, error }),
  )
  try {
    const outcome = await Promise.race([load, stalls(observer, options, done.signal)])
    signal.throwIfAborted()
    if (outcome === 'stalled') return null
    if (outcome.status !== undefined && outcome.status < 400) return performance.now() - startedAt
    if (!isFirst && isTimeout(outcome.error)) return null
    throw notLoaded(url, outcome, observer, timeoutMs)
  } finally {
    done.abort()
  }
}

/** Resolves when the document, or what its `load` event needs, has been waiting for a connection long enough. */
async function stalls(
  observer: StreamObserver,
  { isFirst, signal, isFull }: LoadOptions,
  done: AbortSignal,
): Promise<'stalled'> {
  for (;;) {
    await sleep(100, undefined, { signal: AbortSignal.any([signal, done]) }).catch(() => {})
    signal.throwIfAborted()
    if (done.aborted) return new Promise(() => {}) // The other side of the race has come to an end.
    const isStalled = observer
      .waiting()
      .some(({ url, type, waitedMs }) => blocksLoading(type) && waitedMs > stalledAfterMs && isFull(url))
    if (!isFirst && isStalled) return 'stalled'
  }
}

function blocksLoading(type: string): boolean {
  return !['EventSource', 'Fetch', 'XHR', 'Ping'].includes(type)
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError'
}

function notLoaded(
  url: string,
  { status, error }: { status: number | undefined; error: unknown },
  observer: StreamObserver,
  timeoutMs: number,
): SseCoordError {
  const shown = redactUrl(url)
  if (status !== undefined) {
    return new SseCoordError('page-not-loaded', `${shown} answered ${status}.`, {
      hint: hintForStatus(status),
    })
  }
  if (isTimeout(error)) {
    const [pending] = observer.pending()
    const what = pending === undefined ? '' : ` It still waits for ${redactUrl(pending)}.`
    return new SseCoordError(
      'page-not-loaded',
      `${shown} did not finish loading within ${timeoutMs / 1000} s.${what}`,
      {
        hint: 'Open it by hand, or allow it more time.',
        cause: error,
      },
    )
  }
  const words = error instanceof Error ? error.message : String(error)
  const code = /net::(ERR_\w+)|(NS_ERROR_\w+)/.exec(words)
  return new SseCoordError('page-not-loaded', `${shown} did not load: ${code?.[1] ?? code?.[2] ?? words}.`, {
    hint: hintFor(code?.[1] ?? code?.[2] ?? ''),
    cause: error,
  })
}

function hintForStatus(status: number): string {
  if (status === 401 || status === 403) {
    return 'Sign it in: --cookie and --header of doctor; cookies, headers and setup in the config of check.'
  }
  return status >= 500 ? 'The app failed: see its log.' : 'Check the address.'
}

function hintFor(code: string): string {
  if (/CONNECTION_REFUSED/.test(code)) return 'Nothing listens there: start the app first.'
  if (/CERT|SSL|SEC_ERROR/.test(code)) return 'Its certificate is not trusted; add --insecure if it is your own.'
  if (/NAME_NOT_RESOLVED|UNKNOWN_HOST/.test(code)) return 'No such host: check the address.'
  return 'Open it by hand, and check the address.'
}
