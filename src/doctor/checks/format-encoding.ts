/** `format/encoding`: an event stream is UTF-8, whatever its headers say. */
import type { StreamEvidence } from '../../evidence/stream.js'
import type { StreamCheck, Verdict } from '../check.js'
import { firstStream, isVerdict, noEvents } from '../watched.js'

export const formatEncoding: StreamCheck = {
  id: 'format/encoding',
  severity: 'error',
  needs: ['watch'],
  judge(stream: StreamEvidence): Verdict {
    const exchange = firstStream(stream)
    if (isVerdict(exchange)) return exchange
    if (exchange.bytes === 0) return noEvents(stream)
    const bad = exchange.problems.find(({ kind }) => kind === 'invalid-utf8')
    if (!bad) return { state: 'pass', measured: `${exchange.bytes} bytes of UTF-8`, expected: 'UTF-8' }
    return {
      state: 'fail',
      measured: `bytes that are no UTF-8, first in the line at byte ${bad.firstByte}`,
      expected: 'UTF-8',
      why: 'A browser puts U+FFFD where it cannot read: users see black diamonds, and ids are other than they were.',
      fixes: [
        {
          stack: 'any server',
          snippet: "// never 'latin1'; bytes go as base64: buffer.toString('base64')\nres.write(text, 'utf8')",
        },
      ],
    }
  },
}
