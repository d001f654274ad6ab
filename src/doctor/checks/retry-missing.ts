/** `retry/missing`: nobody told the browser how long to wait before it comes back. */
import type { Exchange } from '../../evidence/exchange.js'
import type { StreamEvidence } from '../../evidence/stream.js'
import type { LintKind } from '../../sse/lint.js'
import type { StreamCheck, Verdict } from '../check.js'
import { fixesFor } from '../remedies/index.js'
import { isUnread, isVerdict, lastingStream } from '../watched.js'

const expected = 'a retry: field at the start of the stream'

export const retryMissing: StreamCheck = {
  id: 'retry/missing',
  severity: 'warning',
  needs: ['watch'],
  judge(stream: StreamEvidence): Verdict {
    const exchange = lastingStream(stream)
    if (isVerdict(exchange)) return exchange
    const first = exchange.retries[0]
    if (first) return { state: 'pass', measured: `retry: ${first.retryMs}`, expected }
    const words = faultOf(exchange)
    if (words === null) return nothingRead(exchange)
    return {
      state: 'fail',
      measured: `${words}; Chrome waits 3 s, Firefox 5 s`,
      expected,
      why: 'After a restart of the server all clients of one browser come back in the same moment.',
      fixes: fixesFor('retry', exchange),
    }
  },
}

/** What is wrong, or null where nothing was read that a browser could have found it in. */
function faultOf({ eventCount, commentCount, problems }: Exchange): string | null {
  const has = (kind: LintKind) => problems.some((problem) => problem.kind === kind)
  if (has('bad-retry')) return 'a retry: field that is no whole number, and is ignored'
  const misspelt = problems.find(({ kind }) => kind === 'misspelt-field')?.field
  if (misspelt?.trim().toLowerCase() === 'retry') return `a field “${misspelt}”, which is ignored`
  if (eventCount === 0 && (commentCount === 0 || problems.length > 0)) return null
  const isBroken = has('invalid-utf8') || has('late-bom')
  return isBroken ? 'no retry: field in what could be read' : 'no retry: field'
}

function nothingRead(exchange: Exchange): Verdict {
  const { bytes } = exchange
  if (isUnread(exchange))
    return { state: 'unknown', reason: `${bytes} bytes came, and no event in them: see format/framing` }
  return { state: 'unknown', reason: 'nothing came that could have carried it; use a longer --for' }
}
