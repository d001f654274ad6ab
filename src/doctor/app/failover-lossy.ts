/** `failover/lossy` of an app whose tabs share a stream: events went missing between two tabs. */
import { type AppEvidence, isDone, lostUnknownWords } from '../../evidence/app-evidence.js'
import { eventWords } from '../failover-cases.js'
import { type AppCheck, type AppVerdict, notDone } from './app-check.js'

export const failoverLossyOfApp: AppCheck = {
  id: 'failover/lossy',
  severity: 'error',
  judge({ handover }: AppEvidence): AppVerdict {
    if (!isDone(handover)) return notDone(handover)
    const told = handover.filter(({ lost }) => lost !== null)
    const expected = 'the new stream goes on after the last id of the old one'
    const lossy = told.filter(({ lost }) => (lost ?? 0) > 0)
    if (lossy.length > 0) {
      return {
        state: 'fail',
        measured: lossy.map(({ event, lost }) => `${eventWords[event]}: ${lost} lost`).join(', '),
        expected,
        why: 'What the tabs show drifts apart from what the server sent.',
        fixes: [
          { stack: 'server', snippet: 'Keep a history, and replay what follows the Last-Event-ID header.' },
          {
            stack: 'browser',
            snippet:
              "import { SharedEventSource } from 'sse-coord/coordinator'\n// It resumes after the last id that any tab has.",
          },
        ],
        limit: 0,
        actual: Math.max(...lossy.map(({ lost }) => lost ?? 0)),
      }
    }
    if (told.length === 0) {
      return { state: 'unknown', reason: lostUnknownWords }
    }
    return { state: 'pass', measured: `0 lost in ${told.length} hand-overs`, expected, limit: 0, actual: 0 }
  },
}
