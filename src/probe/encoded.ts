/** The same stream with what a browser offers of compression, until it is plain whether that holds events. */
import { setTimeout as sleep } from 'node:timers/promises'
import { headerOf } from '../client/index.js'
import { contentCodings } from '../evidence/content-codings.js'
import type { Exchange } from '../evidence/exchange.js'
import { look } from './look.js'
import { type Subject, withHeaders } from './subject.js'
import type { WatchLog } from './watch.js'

/** What browsers offer, as far as it can be decoded here: Node 20 has no zstd. */
const acceptEncoding = 'gzip, deflate, br'

/** Events after which the comparison is made, and how long a held event is waited for. */
const comparedEvents = 3
const patienceMs = 1500
/** The share of the watch that this may take: others wait for the connection. */
const shareOfWatch = 0.5

/** @param headers more to send, where this is to tell of something else as well */
export async function lookEncoded(
  subject: Subject,
  plain: WatchLog,
  headers: Record<string, string> = {},
): Promise<Exchange> {
  const stop = new AbortController()
  const signal = AbortSignal.any([subject.signal, stop.signal])
  let isCompressed = true
  const looking = look({
    request: withHeaders(subject.request, { ...headers, 'Accept-Encoding': acceptEncoding }),
    startedAt: subject.startedAt,
    forMs: subject.watchMs * shareOfWatch,
    signal,
    onHead: ({ headers }) => {
      isCompressed = contentCodings(headerOf(headers, 'content-encoding')).length > 0
      // What is not compressed is what the watch sees.
      if (!isCompressed) stop.abort()
    },
  })
  // An answer that each connection gets for itself takes its own time: what holds it shows over the whole of it.
  const isPersonal = (subject.request.method ?? 'GET') !== 'GET'
  const enough = async () => {
    while (plain.eventCount < comparedEvents && !signal.aborted) await sleep(50)
    await sleep(patienceMs, undefined, { signal }).catch(() => {})
    stop.abort()
  }
  if (!isPersonal) void enough()
  try {
    return await looking
  } finally {
    stop.abort()
  }
}
