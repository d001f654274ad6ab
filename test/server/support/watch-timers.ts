import { createHook } from 'node:async_hooks'
import { onTestFinished } from 'vitest'

const kit = /src[\\/]server[\\/]/

/**
 * The timers that the server kit has set from now on and that are neither over nor cleared. Those of Node, of the test and
 * of whatever runs beside it are no business of a session, and come and go as they like.
 */
export function watchTimers(): ReadonlySet<number> {
  const timers = new Set<number>()
  const hook = createHook({
    init(id, type) {
      if (type === 'Timeout' && kit.test(new Error().stack ?? '')) timers.add(id)
    },
    destroy: (id) => void timers.delete(id),
  }).enable()
  onTestFinished(() => void hook.disable())
  return timers
}
