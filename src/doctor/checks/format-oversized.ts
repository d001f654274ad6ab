/** `format/oversized`: events so large that they hold up all that comes behind them. */
import type { StreamEvidence } from '../../evidence/stream.js'
import type { StreamCheck, Verdict } from '../check.js'
import { firstStream, isVerdict, noEvents } from '../watched.js'

const mostBytes = 64 * 1024

export const formatOversized: StreamCheck = {
  id: 'format/oversized',
  severity: 'warning',
  needs: ['watch'],
  judge(stream: StreamEvidence): Verdict {
    const exchange = firstStream(stream)
    if (isVerdict(exchange)) return exchange
    if (exchange.bytes === 0) return noEvents(stream)
    const { largestEvent } = exchange
    const figures = { limit: mostBytes, actual: largestEvent }
    const expected = 'events of 64 KiB at most'
    const measured = `the largest has ${sizeWords(largestEvent)}`
    if (largestEvent <= mostBytes) return { state: 'pass', measured, expected, ...figures }
    const isEndless = exchange.end.code === 'EVENT_TOO_LARGE'
    return {
      state: 'fail',
      // A reader that keeps what it reads, as a browser does, runs out of memory.
      ...(isEndless && { severity: 'error' as const }),
      measured: isEndless ? `${measured} and had not ended when we left` : measured,
      expected,
      why: 'A large event holds up all others, is parsed in one go, and is sent again whole after each break.',
      fixes: [
        {
          stack: 'any server',
          snippet: `// name it, and let the client fetch it\nres.write(\`id: \${id}\\ndata: \${JSON.stringify({ href })}\\n\\n\`)`,
        },
      ],
      ...figures,
    }
  },
}

function sizeWords(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`
  if (bytes < 1024 ** 2) return `${Math.round(bytes / 1024)} KiB`
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`
}
