/** `client/zombie`: streams outlive the page that opened them. */
import { type AppEvidence, isDone, type ReloadTrial } from '../../evidence/app-evidence.js'
import { type AppCheck, type AppVerdict, notDone } from '../app/app-check.js'
import { allHeld } from '../app/stream-words.js'

export const clientZombie: AppCheck = {
  id: 'client/zombie',
  severity: 'warning',
  judge({ plain, reload }: AppEvidence): AppVerdict {
    if (!isDone(reload)) return notDone(reload)
    const { before, after, afterLeaving } = reload
    const expected = `${before} open after the reloads, none 2 s after the page was left`
    const measured = words(reload)
    if (after <= before && (afterLeaving ?? 0) === 0) {
      return { state: 'pass', measured, expected, limit: before, actual: after }
    }
    const isKept = after <= before
    return {
      state: 'fail',
      measured,
      expected,
      why: isKept
        ? 'The page is in the back/forward cache with its stream open, which holds a connection for nobody.'
        : 'Streams of pages that are gone hold connections for nobody, until something else ends them.',
      fixes: [
        isDone(plain) && allHeld(plain).some(({ context }) => context === 'shared-worker') ? inSharedWorker : inPage,
        ...(isKept ? [] : [{ stack: 'service worker', snippet: 'Do not pass event streams through respondWith().' }]),
      ],
      limit: isKept ? 0 : before,
      actual: isKept ? (afterLeaving ?? 0) : after,
    }
  },
}

const inPage = {
  stack: 'browser',
  snippet:
    "addEventListener('pagehide', () => source.close())\naddEventListener('pageshow', ({ persisted }) => persisted && open())",
}

/** The worker lives on with a page that is kept, and does not hear that its last reader has gone. */
const inSharedWorker = {
  stack: 'shared worker',
  snippet:
    "// in its place: one stream for all tabs as well, and none when the last is left\nimport { SharedEventSource } from 'sse-coord/coordinator'\nconst events = new SharedEventSource(url)",
}

function words({ reloads, before, after, afterLeaving, countedAt }: ReloadTrial): string {
  const left = afterLeaving === null ? '' : `; ${afterLeaving} after the page was left`
  const where = countedAt === 'proxy' ? 'at a proxy' : 'in the browser'
  return `${before} open before, ${after} after ${reloads} reloads${left}, counted ${where}`
}
