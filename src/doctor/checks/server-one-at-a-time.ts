/** `server/one-at-a-time`: while one stream is open the server answers nobody else. */
import { formatDuration } from '../../evidence/duration.js'
import type { Exchange } from '../../evidence/exchange.js'
import type { StreamEvidence } from '../../evidence/stream.js'
import type { StreamCheck, Verdict } from '../check.js'
import { firstStream, isVerdict, notLookedAt } from '../watched.js'

const expected = 'answers to all, whoever has a stream open'
/** The shortest wait that tells, and how quick the first connection has to have been. */
const leastWaitMs = 1500
const quickMs = 1000

export const serverOneAtATime: StreamCheck = {
  id: 'server/one-at-a-time',
  severity: 'error',
  needs: ['watch', 'encoded'],
  judge(stream: StreamEvidence): Verdict {
    const first = firstStream(stream)
    if (isVerdict(first)) return first
    const { encoded, second } = stream
    if (!encoded) return notLookedAt
    if (encoded.status !== null) return { state: 'pass', measured: passWords(encoded), expected }
    if (second && second.status !== null) return { state: 'pass', measured: passWords(second), expected }
    const waits = [encoded, ...(second ? [second] : [])]
    const heard = second ? arrivalsDuring(first, second) : 0
    const isQuick = first.headersMs !== null && first.headersMs <= quickMs
    if (!second || second.end.stage === 'connect' || second.end.atMs < leastWaitMs || heard < 2 || !isQuick) {
      const reason =
        'a second connection got no answer, and too little came on the first to tell why; use a longer --for'
      return { state: 'unknown', reason }
    }
    const waited = waits.map(({ end }) => formatDuration(end.atMs)).join(' and ')
    return {
      state: 'fail',
      measured: `no answer to another connection in ${waited}, while the first, answered in ${formatDuration(first.headersMs ?? 0)}, went on`,
      expected,
      why: 'One open page keeps all others waiting, the rest of the app with them, and a second tab of the same user as well.',
      fixes: [
        { stack: 'Gunicorn', snippet: 'gunicorn --worker-class gthread --threads 100 app:app' },
        { stack: 'Flask', snippet: 'app.run(threaded=True)' },
        { stack: 'asyncio, FastAPI', snippet: 'await asyncio.sleep(1)  # time.sleep(1) stops everything else' },
        { stack: 'PHP', snippet: 'session_write_close();  // before the loop; and php-fpm, not php -S' },
      ],
    }
  },
}

function passWords({ headersMs }: Exchange): string {
  return `another connection was answered in ${formatDuration(headersMs ?? 0)} beside the first`
}

/** How often something came on the one connection while the other waited. */
function arrivalsDuring(one: Exchange, other: Exchange): number {
  const until = other.openedAtMs + other.end.atMs
  return one.arrivals.filter(({ atMs }) => one.openedAtMs + atMs > other.openedAtMs && one.openedAtMs + atMs < until)
    .length
}
