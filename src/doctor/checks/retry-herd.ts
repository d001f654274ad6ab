/** `retry/herd`: every connection is told the same wait, so that after a restart all clients come back at once. */
import type { StreamEvidence } from '../../evidence/stream.js'
import type { StreamCheck, Verdict } from '../check.js'
import { fixesFor } from '../remedies/index.js'
import { isVerdict, lastingStream, notLookedAt } from '../watched.js'

const expected = 'another number for each connection'

export const retryHerd: StreamCheck = {
  id: 'retry/herd',
  severity: 'info',
  needs: ['watch', 'herd'],
  judge(stream: StreamEvidence): Verdict {
    const exchange = lastingStream(stream)
    if (isVerdict(exchange)) return exchange
    const { loopback, allowLoad } = stream.conditions
    if (!loopback && !allowLoad) {
      return {
        state: 'skip',
        reason: 'this takes ten connections to a host that is not this machine; use --allow-load',
      }
    }
    if (exchange.retries.length === 0) return { state: 'skip', reason: 'no retry: field: see retry/missing' }
    if (!stream.herd) return notLookedAt
    const told = stream.herd.retries.filter((one) => one !== null)
    if (told.length < 2) return { state: 'unknown', reason: 'too few of the connections were told; run it again' }
    const different = new Set(told).size
    if (different > 1) {
      return { state: 'pass', measured: `${told.length} connections, ${different} different times`, expected }
    }
    return {
      state: 'fail',
      measured: `${told.length} connections were all told ${told[0]} ms`,
      expected,
      why: 'After a restart all clients come back in the same moment, and the next restart is not far.',
      fixes: fixesFor('herd', exchange),
    }
  },
}
