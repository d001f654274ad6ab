/** `lifetime/ends-at-once`: the server ends each response as soon as it has said something; the page polls without knowing. */
import { formatDuration } from '../../evidence/duration.js'
import type { Exchange } from '../../evidence/exchange.js'
import type { StreamEvidence } from '../../evidence/stream.js'
import { count } from '../../evidence/words.js'
import type { StreamCheck, Verdict } from '../check.js'
import { isVerdict, lastingStream } from '../watched.js'

const expected = 'a response that stays open'
/** A response that is over sooner than this after its headers is no stream. */
const shortestMs = 1000
/** Ends that make a rule. */
const enough = 3

export const lifetimeEndsAtOnce: StreamCheck = {
  id: 'lifetime/ends-at-once',
  severity: 'error',
  needs: ['watch'],
  judge(stream: StreamEvidence): Verdict {
    const first = lastingStream(stream)
    if (isVerdict(first)) return first
    // What we left before it could show how long it lasts tells nothing.
    const told = (stream.watch ?? []).filter((one) => one.end.how !== 'left' || lifeOf(one) >= shortestMs)
    if (told.length === 0) return { state: 'unknown', reason: 'watched for less than a second; use a longer --for' }
    if (!told.every(isOverAtOnce)) {
      const longest = Math.max(...told.map(lifeOf))
      return { state: 'pass', measured: `open for ${formatDuration(longest)}`, expected }
    }
    if (told.length < enough) {
      const reason = `ended by the server ${formatDuration(lifeOf(first))} after its headers; use a longer --for to see whether that is a rule`
      return { state: 'unknown', reason }
    }
    const events = told.reduce((sum, { eventCount }) => sum + eventCount, 0)
    const longest = formatDuration(Math.max(...told.map(lifeOf)))
    return {
      state: 'fail',
      // Who sets the pace may mean to be polled.
      ...(first.retries.length > 0 && { severity: 'warning' as const }),
      measured: `${told.length} connections, ${count(events, 'event')}, and each ended by the server, within ${longest} of its headers`,
      expected,
      why: 'An EventSource asks again after each end, 3 s later unless told otherwise, for ever: that is polling, with an error each time.',
      fixes: [
        { stack: 'any server', snippet: staysOpen },
        { stack: 'where all has been said', snippet: saysGoodbye },
      ],
    }
  },
}

const staysOpen = `// no res.end(), and no generator or handler that returns
const timer = setInterval(() => res.write(': hb\\n\\n'), 15_000)
res.on('close', () => clearInterval(timer))`

const saysGoodbye = `res.end('event: done\\ndata:\\n\\n')
// in the page, which would come back otherwise
source.addEventListener('done', () => source.close())`

function lifeOf({ headersMs, end }: Exchange): number {
  return end.atMs - (headersMs ?? 0)
}

function isOverAtOnce(exchange: Exchange): boolean {
  return exchange.status === 200 && exchange.end.how === 'closed' && lifeOf(exchange) < shortestMs
}
