/** Asks once whether somebody listens where the target should be. */

import { bareHostname, portOf } from './destination.js'
import { describeFailure } from './error-page.js'
import type { Upstream } from './upstream.js'

/** Long enough for a target in another place, short enough to start with. */
const waitMs = 2000

/** Resolves with `null` once the target takes a connection, or with a sentence that says why it does not. */
export function reachTarget(target: URL, upstream: Upstream): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = upstream.connect(bareHostname(target), portOf(target))
    const finish = (reason: string | null): void => {
      socket.destroy()
      resolve(reason)
    }
    socket.setTimeout(waitMs, () => finish(`${target.origin} did not answer within ${waitMs / 1000} s.`))
    socket.once('connect', () => finish(null))
    socket.once('error', (error) => finish(describeFailure(target.origin, error).text))
  })
}
