/** `response/cacheable`: a cache on the way may keep the stream, or has kept it already. */
import type { Exchange } from '../../evidence/exchange.js'
import type { StreamEvidence } from '../../evidence/stream.js'
import type { StreamCheck, Verdict } from '../check.js'
import { fixesFor } from '../remedies/index.js'
import { firstStream, headerOf, isVerdict } from '../watched.js'

const expected = 'Cache-Control: no-cache or no-store, and no-transform'

export const responseCacheable: StreamCheck = {
  id: 'response/cacheable',
  severity: 'error',
  needs: ['watch'],
  judge(stream: StreamEvidence): Verdict {
    const exchange = firstStream(stream)
    if (isVerdict(exchange)) return exchange
    if (stream.conditions.method !== 'GET')
      return { state: 'skip', reason: `no cache keeps a ${stream.conditions.method}` }
    const control = headerOf(exchange, 'cache-control')
    const directives = (control ?? '').toLowerCase().split(/\s*,\s*/)
    const fixes = fixesFor('cacheable', exchange)
    const hit = cacheHit(exchange)
    if (hit !== null) {
      const why = 'What a cache replays is old: clients get yesterday’s events, and then nothing.'
      return { state: 'fail', measured: hit, expected, why, fixes }
    }
    const measured = control === null ? 'no Cache-Control' : `Cache-Control: ${control}`
    if (isStorable(directives)) {
      const why = 'A cache is told that it may keep this answer and give it to others.'
      return { state: 'fail', measured, expected, why, fixes }
    }
    if (!directives.some((one) => one === 'no-store' || one === 'no-cache')) {
      const why = 'A cache is left to guess whether it may keep this answer.'
      return { state: 'fail', severity: 'info', measured, expected, why, fixes }
    }
    if (!directives.includes('no-transform')) {
      const why = 'Without no-transform a proxy or CDN may compress the stream, and hold events while it does.'
      return { state: 'fail', severity: 'info', measured: `${measured}, without no-transform`, expected, why, fixes }
    }
    return { state: 'pass', measured, expected }
  },
}

/** The header by which a cache says that the answer is its own. */
function cacheHit(exchange: Exchange): string | null {
  for (const name of ['x-cache', 'cf-cache-status', 'x-cache-status', 'x-vercel-cache']) {
    const value = headerOf(exchange, name)
    if (value !== null && /^\s*hit\b/i.test(value)) return `${name}: ${value}`
  }
  const age = headerOf(exchange, 'age')
  return age !== null && Number(age) > 0 ? `age: ${age}` : null
}

function isStorable(directives: string[]): boolean {
  const fresh = directives.some((one) => /^(s-maxage|max-age)=0*[1-9]/.test(one))
  return (fresh || directives.includes('public')) && !directives.some((one) => one === 'no-store' || one === 'no-cache')
}
