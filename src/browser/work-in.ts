/** Has something measured in a browser: until it is done, the caller ends it, or the browser dies. */
import { setTimeout as sleep } from 'node:timers/promises'
import { SseCoordError } from '../error.js'
import type { LaunchedBrowser } from './launch.js'

/** How long after a call to a page has failed the browser's process may take to be seen gone. */
const deathMs = 1000

/** How long the work may take to notice its end. A tab asked for in that moment never comes, and is waited for half a minute. */
const noticeMs = 2000

export interface WorkOptions {
  /** Aborted: the browser is closed, which ends the calls that wait for one of its pages. */
  signal: AbortSignal
  /** What to do about a browser that dies. */
  hint: string
}

/**
 * @param work is given a signal that aborts with that of the caller, and when the browser dies: what only waits for time to
 *   pass ends as well
 * @throws SseCoordError `browser-died`. Rejects with `signal.reason` when that aborts, and with what `work` rejects with.
 */
export async function workIn(
  browser: LaunchedBrowser,
  { signal, hint }: WorkOptions,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = () => void browser.close()
  signal.addEventListener('abort', stop)
  const death = new AbortController()
  const done = new AbortController()
  void browser.died.then(() => death.abort())
  try {
    const either = AbortSignal.any([signal, death.signal])
    await Promise.race([work(either), notNoticed(either, done.signal)])
  } catch (error) {
    signal.throwIfAborted()
    const hasDied = await Promise.race([browser.died.then(() => true), sleep(deathMs, false)])
    if (hasDied) throw new SseCoordError('browser-died', `${browser.name} ended in the middle of the run.`, { hint })
    throw error
  } finally {
    signal.removeEventListener('abort', stop)
    done.abort()
  }
}

/** Rejects some time after `signal` has aborted; `done` takes the listener off again. */
function notNoticed(signal: AbortSignal, done: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const wait = () =>
      void sleep(noticeMs, undefined, { signal: done }).then(
        () => reject(signal.reason),
        () => {},
      )
    signal.addEventListener('abort', wait, { once: true, signal: done })
    if (signal.aborted) wait()
  })
}
