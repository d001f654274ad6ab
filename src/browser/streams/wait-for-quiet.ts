/** Waits until a stream comes, and until none comes or goes any more. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { StreamObserver } from './observe-streams.js'

/** Time between two looks at the streams. */
const everyMs = 50

/** Resolves with false when they still change after `settleMs`. */
export async function waitForQuiet(
  observers: () => StreamObserver[],
  { quietMs, settleMs, signal }: { quietMs: number; settleMs: number; signal: AbortSignal },
): Promise<boolean> {
  const startedAt = performance.now()
  let before = ''
  let quietSince = startedAt
  for (;;) {
    const states = observers().map((observer) => observer.streams().map(({ state }) => state))
    const now = performance.now()
    if (JSON.stringify(states) !== before) quietSince = now
    before = JSON.stringify(states)
    // Whatever is asked for later is not waited for: there is always something young where pages ask again and again.
    const quietAt = quietSince + quietMs
    if (now >= quietAt && !observers().some((observer) => observer.isUndecided(quietAt))) return true
    if (now - startedAt >= settleMs) return false
    await sleep(everyMs, undefined, { signal })
  }
}

/** Resolves with true when the first stream came in that time, with false when there was one already, or none came. */
export async function waitForStream(
  observers: () => StreamObserver[],
  waitMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const giveUpAt = performance.now() + waitMs
  const hasStream = () => observers().some((observer) => observer.streams().length > 0)
  if (hasStream()) return false
  while (performance.now() < giveUpAt) {
    await sleep(everyMs, undefined, { signal })
    if (hasStream()) return true
  }
  return false
}
