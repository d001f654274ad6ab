/** `failover/slow` of an app whose tabs share a stream: the others wait too long when the tab that holds it goes. */
import { type AppEvidence, type HandoverTrial, isDone } from '../../evidence/app-evidence.js'
import { eventWords } from '../failover-cases.js'
import { type AppCheck, type AppVerdict, notDone } from './app-check.js'

/**
 * The longest that passes: a second is where a reader begins to notice. Two, as one trial on a busy machine may be late, and a
 * library that waits for a heart beat takes far longer.
 */
const longestMs = 2000

export const failoverSlowOfApp: AppCheck = {
  id: 'failover/slow',
  severity: 'error',
  judge({ handover }: AppEvidence): AppVerdict {
    if (!isDone(handover)) return notDone(handover)
    const measured = handover.map(trialWords).join(', ')
    const expected = `another tab has the stream within ${longestMs} ms of the leading tab's end`
    if (!handover.some(isSlow)) return { state: 'pass', measured, expected }
    return {
      state: 'fail',
      measured,
      expected,
      why: 'While no tab has the stream, no tab receives events.',
      fixes: [
        {
          stack: 'browser',
          snippet:
            "import { SharedEventSource } from 'sse-coord/coordinator'\nconst events = new SharedEventSource(url)",
        },
      ],
    }
  },
}

function isSlow({ recoveryMs }: HandoverTrial): boolean {
  return recoveryMs === null || recoveryMs > longestMs
}

function trialWords({ event, recoveryMs, waitMs }: HandoverTrial): string {
  const time = recoveryMs === null ? `nobody within ${waitMs / 1000} s` : `${Math.round(recoveryMs)} ms`
  return `${eventWords[event]}: ${time}`
}
