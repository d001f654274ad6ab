/** `delivery/compressed`: with a browser's accept-encoding events come late or not at all, without it they flow. */
import { contentCodings } from '../../evidence/content-codings.js'
import { formatDuration } from '../../evidence/duration.js'
import type { Exchange, SeenEvent } from '../../evidence/exchange.js'
import type { StreamEvidence } from '../../evidence/stream.js'
import type { StreamCheck, Verdict } from '../check.js'
import { compareAnswers } from '../compressed-answer.js'
import { fixesFor } from '../remedies/index.js'
import { firstStream, headerOf, isVerdict, noEvents, notLookedAt } from '../watched.js'

const lateMs = 1000
/** What is offered, and can be read here. */
const readable = /^(x-)?gzip$|^deflate$|^br$/i
const why = 'The compressor waits for its window to fill. Browsers always ask for compression, so they see what we saw.'
const expected = `with and without compression alike, within ${formatDuration(lateMs)}`

export const deliveryCompressed: StreamCheck = {
  id: 'delivery/compressed',
  severity: 'error',
  needs: ['watch', 'encoded'],
  judge(stream: StreamEvidence): Verdict {
    const plain = firstStream(stream)
    if (isVerdict(plain)) return plain
    const { encoded } = stream
    if (!encoded) return notLookedAt
    const unreadable = [plain, encoded].find(({ end }) => end.code === 'BAD_ENCODING')
    if (unreadable) {
      const measured = `${headerOf(unreadable, 'content-encoding')}: ${unreadable.end.detail}`
      const harm = 'A browser gives up on what it cannot unpack, or runs out of memory over it.'
      return { state: 'fail', measured, expected, why: harm, fixes: fixesFor('compressed', unreadable) }
    }
    const due = eventsDue(plain, encoded)
    if (isHeldWhole(stream, encoded) && due.length > 0) {
      const measured = `no answer in ${formatDuration(encoded.end.atMs)}, while ${due.length} events came uncompressed`
      return { state: 'fail', measured, expected, why, fixes: fixesFor('compressed', plain) }
    }
    if (encoded.status !== 200) {
      const answer = encoded.status ?? 'no answer: see server/one-at-a-time'
      const why = encoded.status === null ? '' : ': this takes two streams at a time'
      return { state: 'unknown', reason: `the second connection got ${answer}${why}` }
    }
    const codings = contentCodings(headerOf(encoded, 'content-encoding'))
    const coding = codings.join(', ')
    if (codings.length === 0) return { state: 'pass', measured: 'not compressed', expected }
    if (!readable.test(coding)) {
      return { state: 'unknown', reason: `the server compresses with ${coding}, though it was not offered` }
    }
    if (stream.conditions.method !== 'GET') return judgeAnswer(coding, plain, encoded)
    const delay = delayOf(plain, encoded, due)
    if (delay === undefined) {
      return plain.eventCount === 0
        ? noEvents(stream)
        : { state: 'unknown', reason: 'too few events came while both connections stood; use a longer --for' }
    }
    if (delay <= lateMs) return { state: 'pass', measured: `${coding}: Δ ${formatDuration(delay)}`, expected }
    const measured =
      delay === Number.POSITIVE_INFINITY
        ? `${coding}: no event in ${formatDuration(encoded.end.atMs)}, while ${due.length} came uncompressed`
        : `${coding}: the first event ${formatDuration(delay)} later than uncompressed`
    return { state: 'fail', measured, expected, why, fixes: fixesFor('compressed', encoded) }
  },
}

function judgeAnswer(coding: string, plain: Exchange, encoded: Exchange): Verdict {
  const found = compareAnswers(plain, encoded)
  if ('unsure' in found) return { state: 'unknown', reason: `${coding}: ${found.unsure}` }
  if ('flows' in found) return { state: 'pass', measured: `${coding}: ${found.flows}`, expected }
  return { state: 'fail', measured: `${coding}: ${found.held}`, expected, why, fixes: fixesFor('compressed', encoded) }
}

/** Events of the one connection that the other, which had its headers by then, had a second's time to bring as well. */
function eventsDue(plain: Exchange, encoded: Exchange): SeenEvent[] {
  const { openedAtMs, headersMs, end } = encoded
  const from = openedAtMs + (headersMs ?? 0)
  const until = openedAtMs + end.atMs - lateMs
  return plain.events.filter(({ atMs }) => plain.openedAtMs + atMs >= from && plain.openedAtMs + atMs <= until)
}

/**
 * How much later the first event came compressed: by the clock, or since each connection was opened, whichever is less,
 * as events may be sent to all at once or to each connection in its own time. `undefined` where none was due.
 */
function delayOf(plain: Exchange, encoded: Exchange, due: SeenEvent[]): number | undefined {
  const came = encoded.events[0]
  const [next] = due
  const [first] = plain.events
  if (!came) return next && Number.POSITIVE_INFINITY
  const byClock = next && encoded.openedAtMs + came.atMs - (plain.openedAtMs + next.atMs)
  const sinceOpened = first && came.atMs - first.atMs
  const delays = [byClock, sinceOpened].filter((delay) => delay !== undefined)
  return delays.length === 0 ? undefined : Math.min(...delays)
}

/** Whether even the headers were kept from the compressed connection, while another one had its own. */
function isHeldWhole({ resume, second }: StreamEvidence, { status, openedAtMs, end }: Exchange): boolean {
  const waited = status === null && (end.how === 'left' || end.code === 'ETIMEDOUT')
  if (waited && second?.status === 200) return true
  if (!waited || resume?.exchange.status !== 200) return false
  return resume.exchange.openedAtMs + (resume.exchange.headersMs ?? 0) < openedAtMs + end.atMs
}
