/** For commands that serve until somebody ends them. */
import type { Context } from './context.js'
import { listenForInterrupts } from './interrupts.js'

/** Something started that ends when told, and resolves once its sockets and timers are gone. */
export interface Closable {
  close(): Promise<void>
}

/**
 * Waits for Ctrl-C (or for `ended`), then closes what was started. A second Ctrl-C ends the process at once.
 *
 * @param onInterrupt called at the first Ctrl-C, before closing
 * @returns whether it was Ctrl-C that ended it
 */
export async function untilInterrupted(
  { process }: Pick<Context, 'process'>,
  started: Closable,
  { ended, onInterrupt }: { ended?: Promise<unknown>; onInterrupt?: () => void } = {},
): Promise<boolean> {
  let wasInterrupted = false
  let stop = () => {}
  const stopped = new Promise<void>((resolve) => {
    stop = resolve
  })
  const interrupts = listenForInterrupts(
    process,
    () => {
      wasInterrupted = true
      onInterrupt?.()
      stop()
    },
    () => {},
  )
  try {
    await Promise.race(ended ? [stopped, ended] : [stopped])
  } finally {
    await started.close()
    interrupts.close()
  }
  return wasInterrupted
}
