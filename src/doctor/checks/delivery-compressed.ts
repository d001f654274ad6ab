/** `delivery/compressed`: with a browser's accept-encoding events come late or not at all, without it they flow. */
import { formatDuration } from '../../evidence/duration.js'
import type { StreamEvidence } from '../../evidence/stream.js'
import type { StreamCheck, Verdict } from '../check.js'
import { fixesFor } from '../remedies/index.js'
import { firstStream, headerOf, isVerdict, noEvents, notLookedAt } from '../watched.js'

const lateMs = 1000
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
      const why = 'A browser gives up on what it cannot unpack, or runs out of memory over it.'
      return { state: 'fail', measured, expected, why, fixes: fixesFor('compressed', unreadable) }
    }
    if (encoded.status !== 200) {
      return { state: 'unknown', reason: `the second connection got ${encoded.status ?? 'no answer'}; run it again` }
    }
    const coding = headerOf(encoded, 'content-encoding')
    if (coding === null || coding === 'identity') return { state: 'pass', measured: 'not compressed', expected }
    const comparedMs = encoded.end.atMs
    const sent = plain.events.filter(({ atMs }) => atMs <= comparedMs - lateMs)
    const first = sent[0]
    if (!first) {
      return plain.eventCount === 0
        ? noEvents(stream)
        : { state: 'unknown', reason: 'too few events came while both connections stood; use a longer --for' }
    }
    const fixes = fixesFor('compressed', encoded)
    const why =
      'The compressor waits for its window to fill. Browsers always ask for compression, so they see what we saw.'
    const arrived = encoded.events[0]
    if (!arrived) {
      const measured = `${coding}: no event in ${formatDuration(comparedMs)}, while ${sent.length} came uncompressed`
      return { state: 'fail', measured, expected, why, fixes }
    }
    const delay = arrived.atMs - first.atMs
    if (delay > lateMs) {
      const measured = `${coding}: the first event ${formatDuration(delay)} later than uncompressed`
      return { state: 'fail', measured, expected, why, fixes }
    }
    return { state: 'pass', measured: `${coding}: Δ ${formatDuration(Math.abs(delay))}`, expected }
  },
}
