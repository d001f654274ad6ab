/** One more connection beside the watch, asked as the watch was, until its headers are there. */
import type { Exchange } from '../evidence/exchange.js'
import { look } from './look.js'
import { type Subject, withHeaders } from './subject.js'

/** Headers come at once, unless somebody else is being served. */
const patienceMs = 3000
/** We are gone before the watch is, whose end may be what sets the server free. */
const marginMs = 200

export async function lookSecond(subject: Subject): Promise<Exchange> {
  const leftMs = subject.watchMs - marginMs - (performance.now() - subject.startedAt)
  const stop = new AbortController()
  return look({
    request: withHeaders(subject.request, { 'Accept-Encoding': 'identity' }),
    startedAt: subject.startedAt,
    forMs: Math.max(1, Math.min(patienceMs, leftMs)),
    signal: AbortSignal.any([subject.signal, stop.signal]),
    onHead: () => stop.abort(),
  })
}
