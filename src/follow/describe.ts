/** Answers and failures as happenings tell them: without secrets, in tenths of a millisecond. */
import type { StreamAnswer, StreamFailure } from '../client/index.js'
import { redactHeaders, redactUrl } from '../evidence/redact.js'
import { roundMs } from '../evidence/round-ms.js'
import type { Failed, Happening, Opened } from './happening.js'
import type { Story } from './read-stream.js'

export function shown(url: URL, { lastEventId }: Story): { url: string; lastEventId: string | null } {
  return { url: redactUrl(url), lastEventId: lastEventId === '' ? null : lastEventId }
}

export function describeHead(answer: StreamAnswer): Omit<Opened, 'kind' | 'atMs' | 'connection'> {
  const { status, statusText, httpVersion, alpn, tls, remote, times } = answer
  const headers = redactHeaders(answer.headers)
  const { dnsMs, connectMs, tlsMs, headersMs } = times
  const round = (ms: number | null) => (ms === null ? null : roundMs(ms))
  return {
    url: redactUrl(answer.url),
    ...{ status, statusText, httpVersion, headers, alpn, tls, remote },
    times: {
      dnsMs: round(dnsMs),
      connectMs: roundMs(connectMs),
      tlsMs: round(tlsMs),
      headersMs: roundMs(headersMs),
    },
  }
}

export function describeFailure(failure: StreamFailure): Pick<Failed, 'stage' | 'reason' | 'message' | 'hint'> {
  return { stage: failure.stage, reason: failure.reason, message: failure.message, hint: failure.hint ?? null }
}

export function rounded(happening: Happening): Happening {
  const atMs = roundMs(happening.atMs)
  if (happening.kind !== 'event' || happening.gapMs === null) return { ...happening, atMs }
  return { ...happening, atMs, gapMs: roundMs(happening.gapMs) }
}
