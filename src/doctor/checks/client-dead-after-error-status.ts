/** `client/dead-after-error-status`: one bad answer to a reconnect, and the page never asks again. */

import { isHeld } from '../../evidence/app.js'
import { type AppEvidence, isDone } from '../../evidence/app-evidence.js'
import { type AppCheck, type AppVerdict, notDone } from '../app/app-check.js'
import { placesOf } from '../app/stream-words.js'

/** A page that has not come back by then is called dead. */
const longestMs = 60_000

export const clientDeadAfterErrorStatus: AppCheck = {
  id: 'client/dead-after-error-status',
  severity: 'error',
  judge({ errorStatus, plain }: AppEvidence): AppVerdict {
    if (!isDone(errorStatus)) return notDone(errorStatus)
    const { reconnectMs, waitMs, metError } = errorStatus
    const expected = `the page asks for its stream again within ${longestMs / 1000} s of one 502`
    const places = isDone(plain) ? placesOf(plain.perTab.flatMap(({ streams }) => streams.filter(isHeld))) : []
    if (metError && reconnectMs !== null) {
      return { state: 'pass', measured: `asked again ${(reconnectMs / 1000).toFixed(1)} s after the 502`, expected }
    }
    const measured = metError ? 'after one 502' : 'after it had ended'
    if (waitMs < longestMs) {
      const reason = `the page had not asked for its stream again ${waitMs / 1000} s ${measured}; use --for ${longestMs / 1000}s`
      return { state: 'unknown', reason }
    }
    return {
      state: 'fail',
      measured: `no request for the stream in ${waitMs / 1000} s ${measured}`,
      expected,
      why: 'An EventSource that is answered anything but 200 is closed for good. One restart behind a load balancer, and the page stays silent until it is reloaded.',
      fixes: [
        {
          stack: 'browser',
          snippet:
            "import { SharedEventSource } from 'sse-coord/coordinator'\nconst events = new SharedEventSource(url, { reconnectOnError: true })",
        },
        {
          stack: 'browser, by hand',
          snippet:
            'source.onerror = () => {\n  const closed = source.readyState === EventSource.CLOSED\n  if (closed) setTimeout(open, 1000 + Math.random() * 4000)\n}',
        },
      ],
      locations: places,
    }
  },
}
