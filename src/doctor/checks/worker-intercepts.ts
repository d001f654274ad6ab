/** `worker/intercepts`: a service worker sits between the page and its stream. */
import { type AppEvidence, isDone } from '../../evidence/app-evidence.js'
import { type AppCheck, type AppVerdict, notDone } from '../app/app-check.js'
import { allHeld, noStreamWords, placesOf, streamList } from '../app/stream-words.js'

export const workerIntercepts: AppCheck = {
  id: 'worker/intercepts',
  severity: 'warning',
  judge({ plain }: AppEvidence): AppVerdict {
    if (!isDone(plain)) return notDone(plain)
    const held = allHeld(plain)
    if (held.length === 0) return { state: 'skip', reason: noStreamWords(plain) }
    const isBlind = plain.blindSpots.length > 0
    if (isBlind) return { state: 'unknown', reason: 'Firefox does not tell; run it with a Chromium' }
    const passed = held.filter(({ fromServiceWorker }) => fromServiceWorker)
    const expected = 'streams come from the network'
    if (passed.length === 0) return { state: 'pass', measured: 'no stream comes out of a service worker', expected }
    const behind = held.filter(({ context }) => context === 'service-worker')
    const [first] = passed
    return {
      state: 'fail',
      measured: `${streamList(first ? [first] : [])} comes out of a service worker`,
      expected,
      why: 'The worker has to live for as long as the stream does, may hold events back, and can keep the connection after the page has gone.',
      fixes: [
        {
          stack: 'service worker',
          snippet:
            "addEventListener('fetch', (event) => {\n  if (event.request.headers.get('accept') === 'text/event-stream') return\n  // … as before\n})",
        },
      ],
      limit: 0,
      actual: passed.length,
      locations: placesOf(behind.length > 0 ? behind : passed),
    }
  },
}
