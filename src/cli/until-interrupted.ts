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
 * @param begin called as soon as Ctrl-C is heard, such as to say that it serves; should that fail, it ends
 * @returns whether it was Ctrl-C that ended it
 */
export async function untilInterrupted(
  { process }: Pick<Context, 'process'>,
  started: Closable,
  { begin, ended }: { begin?: () => Promise<void>; ended?: Promise<unknown> } = {},
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
      stop()
    },
    () => {},
  )
  try {
    const begun = begin?.().then(() => stopped)
    await Promise.race([stopped, ended ?? stopped, begun ?? stopped])
  } finally {
    await started.close()
    interrupts.close()
  }
  return wasInterrupted
}
