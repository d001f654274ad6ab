// Starts and drives the host and the readers, each in a process of its own.
import { start } from '../support/processes.mjs'

export { median, numbers, option } from '../support/processes.mjs'

/** Runs `work(host, readers, port)` with a fresh host of one kit and fresh readers. */
export async function withHost(kit, work) {
  const host = start(new URL('host.mjs', import.meta.url), [kit], ['--expose-gc'])
  const readers = start(new URL('readers.mjs', import.meta.url))
  try {
    const [port] = await Promise.all([host.next(), readers.next()])
    return await work(host, readers, port)
  } finally {
    await Promise.all([host.stop(), readers.stop()])
  }
}
