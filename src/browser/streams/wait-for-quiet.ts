/** Waits until no stream comes or goes any more. */
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
    const isUndecided = observers().some((observer) => observer.isUndecided())
    if (isUndecided || JSON.stringify(states) !== before) quietSince = now
    before = JSON.stringify(states)
    if (now - quietSince >= quietMs) return true
    if (now - startedAt >= settleMs) return false
    await sleep(everyMs, undefined, { signal })
  }
}
