/** What ten connections are told to wait before they come back. */
import type { StreamEvidence } from '../evidence/stream.js'
import { look } from './look.js'
import { type Subject, withHeaders } from './subject.js'

const connections = 10
/** The field comes at the start, if it comes. */
const patienceMs = 2000

export async function lookHerd(subject: Subject): Promise<NonNullable<StreamEvidence['herd']>> {
  const ask = async () => {
    const stop = new AbortController()
    const exchange = await look({
      request: withHeaders(subject.request, { 'Accept-Encoding': 'identity' }),
      startedAt: subject.startedAt,
      forMs: patienceMs,
      signal: AbortSignal.any([subject.signal, stop.signal]),
      onEvent: () => stop.abort(),
    })
    return exchange.retries[0]?.retryMs ?? null
  }
  return { retries: await Promise.all(Array.from({ length: connections }, ask)) }
}
