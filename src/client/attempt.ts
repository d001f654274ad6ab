/** One step on the way to an answer, which ends by itself, when its time is up, or when the caller gives up. */

/** What else ends a step. */
export interface AttemptLimits {
  ms: number
  /** What it fails with when the time is up. */
  late: () => Error
  signal: AbortSignal | undefined
}

/**
 * Runs a step that settles once; what it says later is not heard.
 *
 * @throws what `run` rejects with, what `late` makes, or the signal's reason
 */
export function attempt<Value>(
  { ms, late, signal }: AttemptLimits,
  run: (resolve: (value: Value) => void, reject: (error: unknown) => void) => void,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
    const fail = (error: unknown) => {
      settle()
      reject(error)
    }
    const onAbort = () => fail(signal?.reason)
    const timer = setTimeout(() => fail(late()), ms)
    if (signal?.aborted) return onAbort()
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      run((value) => {
        settle()
        resolve(value)
      }, fail)
    } catch (error) {
      fail(error)
    }
  })
}
